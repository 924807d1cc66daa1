import { tunnelAgent } from "../http/tunnel.js";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

/**
 * Yields credentials. It is called once for all sources and stores that are given the same function, again
 * before `expiration`, and again when a server refuses what it gave.
 */
export type CredentialProvider = () => Promise<Credentials>;

/**
 * The credentials of the machine, as every AWS tool finds them: environment, profile, SSO, web identity,
 * container, instance. On Lambda, whose environment always holds them, and wherever they are in the
 * environment, the AWS libraries are not loaded.
 */
export const standardCredentials: CredentialProvider = async () => {
  const {
    AWS_LAMBDA_FUNCTION_NAME,
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN,
    AWS_PROFILE,
  } = process.env;
  const onLambda = AWS_LAMBDA_FUNCTION_NAME !== undefined;
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY && (onLambda || !AWS_PROFILE)) {
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    };
  }
  if (onLambda) throw new Error("this Lambda function's environment has no credentials");
  const { fromNodeProviderChain } = await import("@aws-sdk/credential-providers");
  const requestHandler = { httpsAgent: tunnelAgent({ keepAlive: true }) };
  return fromNodeProviderChain({ clientConfig: { requestHandler } })();
};
