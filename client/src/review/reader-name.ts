const KEY = 'smearscope.reader';

/** The name that this browser's reader gave; each reading has its own, since one person is not two readers. */
export const readerName = (reading: 1 | 2): string => localStorage.getItem(`${KEY}.${reading}`) ?? '';

export const keepReaderName = (reading: 1 | 2, name: string): void => localStorage.setItem(`${KEY}.${reading}`, name);
