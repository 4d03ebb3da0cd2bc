/** How much is being sent, as of the last second. */
export type SendingRates = {
  readonly kbitPerS: number;
  readonly framesPerS: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** `VP8`, `H264`. */
  readonly codec: string;
  /** What holds the picture back: `none`, `cpu`, `bandwidth`, `other`. */
  readonly limit: string;
};

type Outbound = RTCOutboundRtpStreamStats & { readonly qualityLimitationReason?: string };

/** Reads rates from a connection's statistics; each call tells of the time since the one before, the first nothing. */
export const createRateReader = (connection: Pick<RTCPeerConnection, 'getStats'>): (() => Promise<SendingRates | undefined>) => {
  let before: Outbound | undefined;
  return async () => {
    const report = await connection.getStats();
    let now: Outbound | undefined;
    let codec = '';
    report.forEach((entry: { type: string; kind?: string }) => {
      if (entry.type === 'outbound-rtp' && entry.kind === 'video') now = entry as Outbound;
    });
    if (now?.codecId !== undefined) codec = (report.get(now.codecId)?.mimeType ?? '').replace('video/', '');
    const earlier = before;
    before = now;
    if (now === undefined || earlier === undefined || now.timestamp <= earlier.timestamp) return undefined;
    const seconds = (now.timestamp - earlier.timestamp) / 1000;
    const rate = (name: 'bytesSent' | 'framesSent'): number => Math.max(0, (now?.[name] ?? 0) - (earlier[name] ?? 0)) / seconds;
    return {
      kbitPerS: (rate('bytesSent') * 8) / 1000,
      framesPerS: rate('framesSent'),
      widthPx: now.frameWidth ?? 0,
      heightPx: now.frameHeight ?? 0,
      codec,
      limit: now.qualityLimitationReason ?? 'none',
    };
  };
};
