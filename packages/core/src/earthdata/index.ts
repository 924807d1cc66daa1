export { type GranulePlace, s3CredentialsUrl } from "./daac.js";
export { type Check, type DiagnoseOptions, diagnoseSource, type Probe } from "./diagnose.js";
export { diagnoseMachine } from "./diagnose-machine.js";
export { EarthdataError, type EarthdataErrorCode, isEarthdataError } from "./earthdata-error.js";
export { findLogin, type Login, type LoginOptions, URS_URL } from "./login.js";
export { type NetrcEntry, netrcEntry, parseNetrc } from "./netrc.js";
export { type PromptStreams, promptLogin } from "./prompt.js";
export { type S3Credentials, s3CredentialProvider, s3Credentials } from "./s3-credentials.js";
export { type EarthdataOptions, type EarthdataToken, earthdataToken } from "./token.js";
