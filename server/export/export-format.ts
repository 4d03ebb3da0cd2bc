import type { ExportSource } from './export-source.ts';

export type WriteOptions = { readonly signal?: AbortSignal | undefined };

type About = {
  /** Word for the command line and the address. */
  readonly format: string;
  readonly label: string;
  /** Of the file, or `zip` where it is a folder that is packed for the download. */
  readonly extension: string;
  readonly mediaType: string;
  /** What it is for, in one sentence. */
  readonly purpose: string;
  /** Whether flowing cells have it too. */
  readonly flow: boolean;
};

/** One format. What is written grows on the disk, not in memory. */
export type ExportFormat = About &
  (
    | { readonly kind: 'text'; chunks(source: ExportSource, options: WriteOptions): Iterable<string> | AsyncIterable<string | Uint8Array> }
    /** Needs to go back in what it wrote. */
    | { readonly kind: 'file'; write(source: ExportSource, path: string, options: WriteOptions): Promise<void> }
    /** Fills a folder that is there and empty. */
    | { readonly kind: 'folder'; write(source: ExportSource, dir: string, options: WriteOptions): Promise<void> }
  );
