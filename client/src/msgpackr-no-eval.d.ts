/** The build of msgpackr that compiles nothing at run time, as the page's content policy asks. */
declare module 'msgpackr/unpack-no-eval' {
  export { Unpackr } from 'msgpackr';
}
