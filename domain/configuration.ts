import { z } from 'zod';
import { profileName } from './calibration-profile.ts';
import { FIELD_NUMBER_MM, PLATELET_FACTOR, WBC_FACTOR } from './concentration.ts';
import { engineNames, precisions } from './engine-name.ts';
import { GROUND_LIMITS } from './ground.ts';
import { parseStopRule } from './stop-rule.ts';

/** A switch as a file has it, or as a text says it: `true`, `false`, `on`, `off`, `yes`, `no`. */
const words = z.stringbool();
const onOrOff = z.preprocess(
  (value) => (typeof value === 'string' ? (words.safeParse(value).data ?? value) : value),
  z.boolean('write true or false'),
);

/**
 * The one configuration: file, environment and flags are laid over each other and parsed here; unknown keys are refused.
 * Each key's description is what the command line and the settings page show.
 */
export const configuration = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on; beyond loopback a token is required'),
  port: z.coerce.number().int().min(0).max(65_535).default(8420).describe('port to listen on; 0 takes a free one'),
  token: z.string().min(16).optional().describe('secret that viewers must bring when listening beyond loopback'),
  dataDir: z
    .string()
    .min(1)
    .default('.smearscope')
    .describe(
      'folder for what the service keeps; sources given as files may be opened from anywhere on the command line, from the page only below it',
    ),
  source: z
    .string()
    .min(1)
    .default('simulate:')
    .describe('what the camera shows at start: simulate:, a file, a folder of images, a url, camera:NAME'),
  specimen: z
    .enum(['smear', 'flow'])
    .default('smear')
    .describe('what is shown: a smear, which lies still, or cells that flow through the picture'),
  line: z
    .string()
    .regex(
      /^\s*-?[\d.]+(\s*,\s*-?[\d.]+){3}(\s*;\s*-?[\d.]+(\s*,\s*-?[\d.]+){3}){0,15}\s*$/,
      'write x0,y0,x1,y1, several with ; between them',
    )
    .default('0.5,0,0.5,1')
    .describe('line that flowing cells are counted at: x0,y0,x1,y1 in pixels, or in shares of the picture'),
  model: z.string().min(1).default('default').describe('name of a bundle, or the path of its folder'),
  engine: z
    .enum(['auto', ...engineNames])
    .default('auto')
    .describe('who runs the network; auto takes the fastest that is really there'),
  precision: z
    .enum(precisions)
    .default('full')
    .describe('numbers the network computes with: full, half (16-bit floats, for graphics cards), int8 (where the bundle has it)'),
  threads: z.coerce.number().int().min(0).max(64).default(0).describe('threads for the network; 0 leaves one core for the rest'),
  outlines: onOrOff.default(true).describe('draw the outlines of cells and measure them, where the model can; false saves what that takes'),
  umPerPx: z.coerce.number().positive().max(10).optional().describe('micrometres for one camera pixel, where it is known'),
  webrtcPorts: z
    .string()
    .regex(/^[1-9]\d{3,4}-[1-9]\d{3,4}$/, 'write FIRST-LAST, like 40000-40100')
    .optional()
    .describe('udp ports for cameras and players over WebRTC, FIRST-LAST; any free one where it is not given'),
  webrtcAddress: z
    .ipv4()
    .optional()
    .describe('further IPv4 address that WebRTC peers reach this machine by, where a router forwards webrtcPorts to it'),
  webrtcMbps: z.coerce.number().min(0.5).max(100).default(8).describe('most that a camera may send over WebRTC, in Mbit/s'),
  iceServers: z
    .string()
    .max(1000)
    .regex(
      /^\s*(stuns?|turns?):[^\s,]+(\s*,\s*(stuns?|turns?):[^\s,]+)*\s*$/,
      'write stun:HOST:PORT or turn:USER:PASSWORD@HOST:PORT, several with commas',
    )
    .optional()
    .describe('STUN and TURN servers that WebRTC peers are told of: stun:HOST:PORT, turn:USER:PASSWORD@HOST:PORT, several with commas'),
  calibration: profileName
    .optional()
    .describe('calibration profile: scale, flat field and white balance of an objective; the scale gives way to umPerPx'),
  previewWidthPx: z.coerce.number().int().min(160).max(3840).default(1280).describe('widest picture sent to viewers'),
  previewQuality: z.coerce.number().int().min(10).max(100).default(75).describe('JPEG quality of the picture sent to viewers'),
  exposureMs: z.coerce.number().positive().max(1000).default(8).describe('shutter time, from which motion smear is judged'),
  maxSmearPx: z.coerce.number().positive().max(100).default(5).describe('longest motion smear that is still counted, in camera pixels'),
  minSharpness: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe('lowest sharpness, against the best of the session, that is still counted'),
  thickCover: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(GROUND_LIMITS.thickCover)
    .describe('share of the glass beyond which ground that is covered so far is too thick to be counted; 1 for never'),
  thickOverlap: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(GROUND_LIMITS.thickOverlap)
    .describe('share of cells beyond which ground where so many lie over each other is too thick to be counted; 1 for never'),
  thinCover: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(GROUND_LIMITS.thinCover)
    .describe('share of the glass below which a field that is covered no farther is too thin to be counted; 0 for never'),
  record: z
    .enum(['off', 'video', 'timelapse'])
    .default('off')
    .describe('what is filmed of a session from its start: nothing, every frame, or a time-lapse of those that entered the map'),
  recordQuality: z.coerce.number().int().min(10).max(100).default(75).describe('quality of the video of a session'),
  diskBudgetGb: z.coerce
    .number()
    .positive()
    .max(1e6)
    .default(50)
    .describe('room for all sessions together, in GB; recording stops there, counting goes on'),
  retentionDays: z.coerce
    .number()
    .min(0)
    .max(36_500)
    .default(30)
    .describe('days after which sessions that nobody kept are removed, whichever camera they are of'),
  jobNice: z.coerce
    .number()
    .int()
    .min(0)
    .max(19)
    .default(10)
    .describe('how far replays and trainings stand behind live counting for the processor: 0 beside it, 19 only what is left over'),
  stopAt: z
    .string()
    .max(60)
    .refine((text) => parseStopRule(text) !== undefined, 'write a class and percentage points, like WBC±3')
    .optional()
    .describe('when enough is counted: the 95 % interval of a class’s share within so many points, like WBC±3'),
  plateletFactor: z.coerce
    .number()
    .positive()
    .max(1e6)
    .default(PLATELET_FACTOR)
    .describe('platelets for a µL of blood, for each in a field of a 100× oil objective'),
  wbcFactor: z.coerce
    .number()
    .positive()
    .max(1e6)
    .default(WBC_FACTOR)
    .describe('white cells for a µL of blood, for each in a field of a 40× objective'),
  fieldNumberMm: z.coerce
    .number()
    .min(5)
    .max(30)
    .default(FIELD_NUMBER_MM)
    .describe('field number of the eyepiece that these factors were found with, in mm'),
});
export type Configuration = z.infer<typeof configuration>;
