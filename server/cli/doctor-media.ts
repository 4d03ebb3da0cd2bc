import { faultLine, toFault } from '../../domain/fault.ts';
import { absent, type Finding, missing, there } from './doctor-finding.ts';

const DECODERS = ['h264', 'hevc', 'vp8', 'vp9', 'av1', 'mjpeg', 'mpeg4', 'rawvideo'];
const ENCODERS = ['mjpeg', 'libx264', 'libvpx', 'libvpx-vp9', 'libsvtav1'];
const REINSTALL = 'run npm ci again: its native part was not installed';

const examineCodecs = async (): Promise<Finding[]> => {
  try {
    const { Codec, getFFmpegInfo } = await import('node-av');
    type Decoder = Parameters<typeof Codec.findDecoderByName>[0];
    type Encoder = Parameters<typeof Codec.findEncoderByName>[0];
    const decoders = DECODERS.filter((name) => Codec.findDecoderByName(name as Decoder) !== null);
    const encoders = ENCODERS.filter((name) => Codec.findEncoderByName(name as Encoder) !== null);
    return [
      there('video', `FFmpeg ${getFFmpegInfo().version} (node-av), decodes ${decoders.join(', ')}`),
      there('video encoders', encoders.join(', ')),
    ];
  } catch (error) {
    return [missing('video', faultLine(toFault(error)), REINSTALL)];
  }
};

/** A decoder of the graphics card leaves the processor to the network. */
const examineHardware = async (): Promise<Finding> => {
  const name = 'video hardware';
  const without = 'the processor decodes 1080p well; a graphics card and its driver would spare it';
  try {
    const { HardwareContext } = await import('node-av/api');
    // Each device that is not there would say so on stderr.
    (await import('../ingest/quiet-ffmpeg.ts')).quietFfmpeg();
    using hardware = HardwareContext.auto();
    return hardware === null
      ? absent(name, 'no graphics card decodes', without)
      : there(name, `decodes through ${hardware.deviceTypeName}`);
  } catch (error) {
    return absent(name, faultLine(toFault(error)), without);
  }
};

const examineCameras = async (): Promise<Finding> => {
  try {
    const cameras = await (await import('../ingest/list-cameras.ts')).listCameras();
    return cameras.length > 0
      ? there('cameras', cameras.map((camera) => `${camera.label} (${camera.address})`).join(', '))
      : absent('cameras', 'none is plugged in', 'plug one in, and give this account the right to use it');
  } catch (error) {
    return absent('cameras', faultLine(toFault(error)), 'files, urls and the virtual microscope work without');
  }
};

/** Whether cameras can come in over WebRTC: the stack answers an offer of its own here. */
const examineWebrtc = async (): Promise<Finding> => {
  const name = 'WebRTC';
  try {
    const { RTCPeerConnection } = await import('werift');
    const { networkInterfaces } = await import('node:os');
    const peer = new RTCPeerConnection({ iceServers: [] });
    await peer.close();
    const outward = Object.values(networkInterfaces()).flatMap(
      (found) => found?.filter(({ internal, address }) => !internal && !address.startsWith('fe80:')) ?? [],
    );
    const taken = 'takes VP8, H.264, VP9 and AV1 (werift)';
    return outward.length > 0
      ? there(name, `${taken}, on ${outward.map(({ address }) => address).join(', ')}`)
      : there(name, `${taken}, from this machine alone: it has no network`);
  } catch (error) {
    return missing(name, faultLine(toFault(error)), 'run npm ci again');
  }
};

/** What brings pictures in and takes them out. */
export const examineMedia = async (): Promise<Finding[]> => [
  ...(await examineCodecs()),
  await examineHardware(),
  await examineCameras(),
  await examineWebrtc(),
];
