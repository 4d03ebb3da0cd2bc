/** What an error says to a person, in one line. An answer in another form than this page knows comes from another version of the service. */
export const faultLine = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return 'issues' in error ? 'The service answered in a form that this page does not know: reload the page' : error.message;
};
