/** The outcome of a call to S3 is unknown or the call was refused; `cause`, where there is one, has the SDK's error. */
export class FileError extends Error {
  readonly code = 'FILES_UNAVAILABLE';
}
