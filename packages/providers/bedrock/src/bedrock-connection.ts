import type { HttpTransport, LatticeError } from '@lattice-lock/contract';
import type { WireConnection, WireHealthProbe, WireTarget } from '@lattice-lock/provider-kit';
import { createAwsRequestSigner } from './aws-request-signer.ts';
import type { BedrockOptions } from './bedrock-options.ts';
import { converseCodec, modelPath } from './converse/converse-codec.ts';
import { invokeEmbeddingCodec } from './embeddings/invoke-embedding-codec.ts';

/**
 * Asks a model that does not exist: AWS checks the credential first, so "invalid model identifier" proves it good. The
 * list of models is on another host, behind a permission that calling a model does not need.
 */
const health: WireHealthProbe = {
  method: 'POST',
  path: modelPath('lattice-lock-health-check', 'converse'),
  body: { messages: [{ role: 'user', content: [{ text: 'ping' }] }] },
  isGoodFailure: ({ status, upstreamCode, message }: LatticeError) =>
    (status === 400 && (upstreamCode === 'ValidationException' || /model identifier/i.test(message))) ||
    (status === 404 && upstreamCode === 'ResourceNotFoundException'),
  readModels: () => null,
};

/** Makes the connection: the AWS SDK says where and signs, the codec and the transport are ours. */
export async function connectBedrock(options: BedrockOptions, transport: HttpTransport): Promise<WireConnection> {
  const signer = await createAwsRequestSigner(options, transport);
  const signedHeaders = signedHeadersOf(options.headers);
  return {
    codec: converseCodec,
    embeddings: invokeEmbeddingCodec,
    health,
    get secrets() {
      return signer.secrets;
    },
    async prepare({ method, path, body, stream }): Promise<WireTarget> {
      const url = new URL(signer.baseUrl + path);
      const headers = {
        accept: stream ? 'application/vnd.amazon.eventstream' : 'application/json',
        'content-type': 'application/json',
        ...signedHeaders,
      };
      return { url: url.href, headers: await signer.sign({ method, url, body, headers }) };
    },
  };
}

/** AWS wants its own headers signed, also those that the operator adds. */
function signedHeadersOf(headers: BedrockOptions['headers'] = {}): Readonly<Record<string, string>> {
  const lowerCased = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(lowerCased.filter(([name]) => name.startsWith('x-amz')));
}
