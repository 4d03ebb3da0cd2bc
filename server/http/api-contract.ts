import { z } from 'zod';
import { agreement, agreementQuery } from '../../domain/agreement.ts';
import { bundleCard } from '../../domain/bundle-card.ts';
import { chooseProfile, measured, measureRequest, profileSummary, renameProfile } from '../../domain/calibration-measure.ts';
import { calibrationDraft, calibrationProfile } from '../../domain/calibration-profile.ts';
import { cellClassification } from '../../domain/cell-classification.ts';
import { cellPage, cellQuery, cellRecord, cellSighting, cellStory } from '../../domain/cell-record.ts';
import { exportList } from '../../domain/export.ts';
import { job, jobKind, jobList } from '../../domain/job.ts';
import { ledgerEntry } from '../../domain/ledger.ts';
import { backRequest, modelChange, promoteRequest } from '../../domain/models-in-use.ts';
import { keyframePage, keyframeQuery } from '../../domain/recorded-keyframe.ts';
import {
  frameCell,
  frameCells,
  framesQuery,
  recordedFrame,
  recordedFrames,
  samplesQuery,
  timeline,
  timelineQuery,
  videoSamples,
} from '../../domain/recording.ts';
import { comparisonQuery, countComparison, replayDocument, replayList, replayRequest } from '../../domain/replay.ts';
import {
  change,
  changeAnswer,
  changeRequest,
  correction,
  correctionPage,
  correctionQuery,
  reviewedStory,
  reviewState,
  signature,
  signatureList,
  signRequest,
  stepRequest,
} from '../../domain/review.ts';
import { sessionChange, sessionDetail, sessionPage, sessionSummary, sessionsQuery } from '../../domain/session.ts';
import { settingsAnswer, settingsChange } from '../../domain/settings-document.ts';
import { sizeDistribution, sizesQuery } from '../../domain/size-distribution.ts';
import { modelList, trainableSessions, trainingCurves, trainRequest } from '../../domain/training.ts';
import { cameraStatus, openCamera, problem, sourceOffer } from '../../domain/wire.ts';

/** What a route takes and gives. Requests are held to it before they reach the route; answers are described by it. */
export type RouteContract = {
  readonly summary: string;
  readonly querystring?: z.ZodType;
  readonly body?: z.ZodType;
  /** Of an answer in JSON. */
  readonly answer?: z.ZodType;
  /** Media type of an answer that is no JSON. */
  readonly type?: string;
  /** 200, or 204 where nothing is answered. */
  readonly status?: number;
};

const reading = z.enum(['1', '2']).optional();
const ofReading = z.strictObject({ reading });
const none = { status: 204 };
const accepted = { answer: cameraStatus, status: 202 };
const task = { answer: job, status: 202 };
const jpeg = { type: 'image/jpeg' };

const cameras: Readonly<Record<string, RouteContract>> = {
  'GET /api/cameras': { summary: 'All cameras and how they are', answer: z.array(cameraStatus) },
  'POST /api/cameras': {
    summary: 'Open a source, or go on with a session',
    body: openCamera.extend({ source: openCamera.shape.source.optional() }),
    answer: cameraStatus,
    status: 201,
  },
  'DELETE /api/cameras/:id': { summary: 'Close a camera', ...none },
  'POST /api/cameras/:id/pause': { summary: 'Pause', ...accepted },
  'POST /api/cameras/:id/resume': { summary: 'Go on', ...accepted },
  'POST /api/cameras/:id/reset': { summary: 'Begin a new session', ...accepted },
  'POST /api/cameras/:id/record': { summary: 'Begin or end the video', body: z.strictObject({ on: z.boolean() }), ...accepted },
  'GET /api/cameras/:id/counts': { summary: 'What was counted, with 95 % intervals', answer: z.looseObject({ schema: z.string() }) },
  'GET /api/cameras/:id/counts.csv': { summary: 'The same as a table', type: 'text/csv' },
  'GET /api/cameras/:id/ledger': {
    summary: 'Every decision that the counts are made of',
    querystring: z.object({ format: z.string().max(20).optional() }),
    type: 'application/x-ndjson',
  },
  'GET /api/cameras/:id/cells': { summary: 'Cells of the session that the camera writes', querystring: cellQuery, answer: cellPage },
  'GET /api/cameras/:id/sizes': { summary: 'How large its cells are', querystring: sizesQuery, answer: sizeDistribution },
  'GET /api/cameras/:id/cells/:cell': { summary: 'Everything that is known of one cell', answer: cellStory },
  'GET /api/cameras/:id/cells/:cell/crop': { summary: 'The best picture of a cell', ...jpeg },
  'GET /api/cameras/:id/cells/:cell/classification': {
    summary: 'What a white cell or platelet is likely to be; counted nowhere',
    answer: cellClassification,
  },
  'GET /api/cameras/:id/keyframes/:keyframe/picture': { summary: 'A field as the camera gave it', ...jpeg },
  'POST /api/cameras/:id/whip': { summary: 'Offer to send video over WebRTC (WHIP)', type: 'application/sdp', status: 201 },
  'OPTIONS /api/cameras/:id/whip': { summary: 'What may be sent, and by which servers', ...none },
  'PATCH /api/cameras/:id/whip/:resource': { summary: 'Further candidates, or a restart of ICE', ...none },
  'OPTIONS /api/cameras/:id/whip/:resource': { summary: 'What may be sent', ...none },
  'DELETE /api/cameras/:id/whip/:resource': { summary: 'End sending' },
  'POST /api/cameras/:id/whep': { summary: 'Offer to play the picture with its boxes (WHEP)', type: 'application/sdp', status: 201 },
  'OPTIONS /api/cameras/:id/whep': { summary: 'What may be sent, and by which servers', ...none },
  'PATCH /api/cameras/:id/whep/:resource': { summary: 'Further candidates, or a restart of ICE', ...none },
  'OPTIONS /api/cameras/:id/whep/:resource': { summary: 'What may be sent', ...none },
  'DELETE /api/cameras/:id/whep/:resource': { summary: 'End playing' },
  'POST /api/cameras/:id/calibration': { summary: 'Use a calibration profile', body: chooseProfile, ...accepted },
  'POST /api/cameras/:id/calibration/measure': { summary: 'Measure on the next pictures', body: measureRequest, answer: measured },
  'GET /api/cameras/:id/calibration/picture': { summary: 'The picture of the last measurement', ...jpeg },
};

const service: Readonly<Record<string, RouteContract>> = {
  'GET /api/health': {
    summary: 'Whether the service lives; needs no token',
    answer: z.strictObject({ status: z.literal('ok'), version: z.string(), uptimeS: z.number() }),
  },
  'GET /api/openapi.json': { summary: 'This document', answer: z.looseObject({ openapi: z.string() }) },
  'GET /api/bundle': { summary: 'The card of the model in use', answer: bundleCard },
  'GET /api/settings': { summary: 'Settings, as a schema with values', answer: settingsAnswer },
  'PATCH /api/settings': { summary: 'Change settings', body: settingsChange, answer: settingsAnswer },
  'GET /api/sources': { summary: 'What could be opened', answer: z.array(sourceOffer) },
  'POST /api/sources/upload': { summary: 'Take in a clip; x-file-name names it', answer: sourceOffer, status: 201 },
  'GET /api/calibration': { summary: 'Calibration profiles', answer: z.array(profileSummary) },
  'POST /api/calibration': {
    summary: 'Keep a profile',
    body: calibrationDraft.extend({ replace: z.boolean().default(false) }),
    answer: profileSummary,
    status: 201,
  },
  'GET /api/calibration/:name': { summary: 'One profile with its gains', answer: calibrationProfile },
  'DELETE /api/calibration/:name': { summary: 'Delete a profile', ...none },
  'POST /api/calibration/:name/name': { summary: 'Rename a profile', body: renameProfile, answer: profileSummary },
  'GET /api/exports': { summary: 'Formats that sessions can be exported in', answer: exportList },
  'GET /api/jobs': {
    summary: 'Work in line, at work and done',
    querystring: z.strictObject({ kind: jobKind.optional() }),
    answer: jobList,
  },
  'GET /api/jobs/:id': { summary: 'How one stands', answer: job },
  'POST /api/jobs/:id/resume': { summary: 'Go on with one that was stopped', ...task },
  'DELETE /api/jobs/:id': { summary: 'Stop one; forget one that has ended', answer: job },
  'GET /api/training/sessions': { summary: 'Sessions that can be learned from', answer: trainableSessions },
  'POST /api/training': { summary: 'Train on corrected sessions', body: trainRequest, ...task },
  'GET /api/training/:job/curves': { summary: 'How a training goes', answer: trainingCurves },
  'GET /api/models': { summary: 'Models that are there, and those in use', answer: modelList },
  'POST /api/models/promote': { summary: 'Put a trained model in use where it is nowhere worse', body: promoteRequest, ...task },
  'POST /api/models/back': {
    summary: 'Go back to the model before',
    body: backRequest.nullish(),
    answer: modelChange,
  },
};

const sessions: Readonly<Record<string, RouteContract>> = {
  'GET /api/sessions': { summary: 'Sessions: searched, chosen, ordered, in pages', querystring: sessionsQuery, answer: sessionPage },
  'GET /api/sessions/:id': { summary: 'Everything about one session', answer: sessionDetail },
  'PATCH /api/sessions/:id': { summary: 'Say who, what, and whether it is kept', body: sessionChange, answer: sessionDetail },
  'DELETE /api/sessions/:id': { summary: 'Delete it with everything in it', ...none },
  'GET /api/sessions/:id/cells': {
    summary: 'Its cells, as counted or as a reader corrected them',
    querystring: cellQuery,
    answer: cellPage,
  },
  'GET /api/sessions/:id/sizes': {
    summary: 'How large its cells of a class are, with a histogram',
    querystring: sizesQuery,
    answer: sizeDistribution,
  },
  'GET /api/sessions/:id/cells/:cell': {
    summary: 'Everything that is known of one cell',
    querystring: ofReading,
    answer: z.union([cellStory, reviewedStory]),
  },
  'GET /api/sessions/:id/cells/:cell/crop': { summary: 'The best picture of a cell', ...jpeg },
  'GET /api/sessions/:id/cells/:cell/classification': {
    summary: 'What a white cell or platelet is likely to be; counted nowhere',
    answer: cellClassification,
  },
  'GET /api/sessions/:id/timeline': { summary: 'The session at a glance', querystring: timelineQuery, answer: timeline },
  'GET /api/sessions/:id/frames': { summary: 'Frames by id or time', querystring: framesQuery, answer: recordedFrames },
  'GET /api/sessions/:id/frames/:frame/cells': { summary: 'Every cell in view of a frame', querystring: ofReading, answer: frameCells },
  'GET /api/sessions/:id/frames/:frame/picture': { summary: 'Exactly this frame', ...jpeg },
  'GET /api/sessions/:id/videos/:n': { summary: 'A video, in ranges where asked', type: 'video/mp4' },
  'GET /api/sessions/:id/videos/:n/samples': {
    summary: 'Where its coded pictures lie, for a decoder of one’s own',
    querystring: samplesQuery,
    answer: videoSamples,
  },
  'GET /api/sessions/:id/keyframes': { summary: 'Fields of its map', querystring: keyframeQuery, answer: keyframePage },
  'GET /api/sessions/:id/keyframes/:keyframe/picture': { summary: 'A field as the camera gave it', ...jpeg },
  'GET /api/sessions/:id/review': { summary: 'How a reading stands', querystring: ofReading, answer: reviewState },
  'GET /api/sessions/:id/corrections': { summary: 'Its history, newest first', querystring: correctionQuery, answer: correctionPage },
  'POST /api/sessions/:id/corrections': { summary: 'Correct', body: changeRequest, answer: changeAnswer },
  'POST /api/sessions/:id/corrections/undo': { summary: 'Take the last one back', body: stepRequest, answer: changeAnswer },
  'POST /api/sessions/:id/corrections/redo': { summary: 'Do it again', body: stepRequest, answer: changeAnswer },
  'GET /api/sessions/:id/signatures': { summary: 'Who signed what; each is checked', answer: signatureList },
  'POST /api/sessions/:id/signatures': { summary: 'Sign a reading', body: signRequest, answer: reviewState },
  'GET /api/sessions/:id/agreement': { summary: 'How far two readers agree', querystring: agreementQuery, answer: agreement },
  'GET /api/sessions/:id/replays': { summary: 'How it was counted again', answer: replayList },
  'POST /api/sessions/:id/replays': { summary: 'Count it again, with the same model or another', body: replayRequest, ...task },
  'GET /api/sessions/:id/replays/:replay': { summary: 'One count again beside what was counted', answer: replayDocument },
  'DELETE /api/sessions/:id/replays/:replay': { summary: 'Delete a replay', ...none },
  'GET /api/sessions/:id/replays/:replay/ledger': {
    summary: 'Every decision of a replay',
    querystring: z.strictObject({ format: z.enum(['jsonl', 'csv']).optional() }),
    type: 'application/x-ndjson',
  },
  'GET /api/sessions/:id/replays/:replay/cells/:cell/crop': { summary: 'Picture of a cell of a replay', ...jpeg },
  'GET /api/sessions/:id/comparison': {
    summary: 'Two counts side by side, cell by cell',
    querystring: comparisonQuery,
    answer: countComparison,
  },
  'GET /api/sessions/:id/export/:format': {
    summary: 'Export in a format',
    querystring: z.strictObject({ reading: z.enum(['counted', '1', '2']).optional() }),
    type: 'application/octet-stream',
  },
};

/** Of each route by method and address. */
export const API_CONTRACT: Readonly<Record<string, RouteContract>> = { ...service, ...cameras, ...sessions };

/** Shapes that the document names, since they stand in many places. */
export const API_SHAPES: Readonly<Record<string, z.ZodType>> = {
  Problem: problem,
  CameraStatus: cameraStatus,
  SourceOffer: sourceOffer,
  SessionSummary: sessionSummary,
  SessionDetail: sessionDetail,
  Cell: cellRecord,
  Sighting: cellSighting,
  LedgerEntry: ledgerEntry,
  Frame: recordedFrame,
  FrameCell: frameCell,
  Correction: correction,
  Change: change,
  Signature: signature,
  ReviewState: reviewState,
  Job: job,
  Profile: profileSummary,
};
