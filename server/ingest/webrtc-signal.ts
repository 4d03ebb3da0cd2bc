import { z } from 'zod';

/** SDP is looked at up to this length; a browser's offer has 4 to 8 KB. */
export const MAX_SDP_BYTES = 64 * 1024;

/** What a WebRTC peer asks of a camera, relayed from the HTTP request: WHIP (RFC 9725) sends to it, WHEP receives from it. */
export type SignalCall =
  | { readonly role: 'whip' | 'whep'; readonly do: 'offer'; readonly sdp: string }
  | {
      readonly role: 'whip' | 'whep';
      readonly do: 'patch';
      readonly resource: string;
      readonly fragment: string;
      readonly ifMatch: string | undefined;
    }
  | { readonly role: 'whip' | 'whep'; readonly do: 'delete'; readonly resource: string };

/** The camera's answer: an HTTP status; `sdp` with the good ones, one line with the others. */
export const signalReply = z.strictObject({
  status: z.int().min(200).max(599),
  message: z.string().max(500).optional(),
  sdp: z.string().max(MAX_SDP_BYTES).optional(),
  resource: z.string().max(60).optional(),
  etag: z.string().max(60).optional(),
  retryAfterS: z.int().optional(),
});
export type SignalReply = z.infer<typeof signalReply>;

export const refuseSignal = (status: number, message: string): SignalReply => ({ status, message });
