/**
 * Keeps zod from compiling parsers at run time: the page's content policy forbids it, and the attempt alone is reported
 * as a violation. Imported before everything else, since schemas look at this when they are built.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
