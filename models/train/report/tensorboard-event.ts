import { PbfWriter } from 'pbf';

/** A value of a step as TensorBoard shows it, under its tag. */
export type SummaryValue =
  | { readonly tag: string; readonly scalar: number }
  | { readonly tag: string; readonly image: { readonly widthPx: number; readonly heightPx: number; readonly encoded: Uint8Array } };

/** One record of an event file. `wallMs` is in milliseconds since 1970. */
export type TensorboardEvent = { readonly wallMs: number; readonly step: number } & (
  | { readonly kind: 'version' }
  /** A run begins or goes on here: readers forget what they saw of this step and later ones. */
  | { readonly kind: 'start' }
  | { readonly kind: 'values'; readonly values: readonly SummaryValue[] }
);

const FILE_VERSION = 'brain.Event:2';
const SESSION_START = 1;
const RGB = 3;

const writeValue = (value: SummaryValue, writer: PbfWriter): void => {
  writer.writeStringField(1, value.tag);
  if ('scalar' in value) {
    writer.writeFloatField(2, value.scalar);
    return;
  }
  const { widthPx, heightPx, encoded } = value.image;
  writer.writeMessage(
    4,
    (_, image) => {
      image.writeVarintField(1, heightPx);
      image.writeVarintField(2, widthPx);
      image.writeVarintField(3, RGB);
      image.writeBytesField(4, encoded);
    },
    undefined,
  );
};

/** The bytes of `tensorflow.Event` (tensorboard/compat/proto/event.proto and summary.proto). */
export const encodeEvent = (event: TensorboardEvent): Uint8Array => {
  const writer = new PbfWriter();
  writer.writeDoubleField(1, event.wallMs / 1000);
  writer.writeVarintField(2, event.step);
  switch (event.kind) {
    case 'version':
      writer.writeStringField(3, FILE_VERSION);
      break;
    case 'start':
      writer.writeMessage(7, (_, session) => session.writeVarintField(1, SESSION_START), undefined);
      break;
    case 'values':
      writer.writeMessage(
        5,
        (values, summary) => {
          for (const value of values) summary.writeMessage(1, writeValue, value);
        },
        event.values,
      );
      break;
    default:
      return event satisfies never;
  }
  return writer.finish();
};
