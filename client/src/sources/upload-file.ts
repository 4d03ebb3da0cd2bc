import { type SourceOffer, sourceOffer } from '../../../domain/wire.ts';
import { authorization, refusalLine } from '../live/access.ts';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Sends a file to the service; gives the source it became. `onProgress` is told the share that is sent, 0 to 1. */
export const uploadFile = (file: File, onProgress: (share: number) => void): Promise<SourceOffer> =>
  new Promise((resolve, reject) => {
    // fetch cannot tell how far an upload is.
    const request = new XMLHttpRequest();
    request.open('POST', '/api/sources/upload');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('x-file-name', encodeURIComponent(file.name));
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    request.addEventListener('error', () => reject(new Error('The upload broke off; is the service still running?')));
    request.addEventListener('load', () => {
      const body = parsed(request.responseText);
      const offer = sourceOffer.safeParse(body);
      if (request.status < 300 && offer.success) resolve(offer.data);
      else reject(new Error(refusalLine(request.status, body)));
    });
    request.send(file);
  });
