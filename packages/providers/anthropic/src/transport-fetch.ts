import type { HttpTransport } from '@lattice-lock/contract';

/** A `fetch` for the SDK's own calls (tokens), so that they keep to the transport's pools and outbound policy. */
export function createTransportFetch(transport: HttpTransport) {
  return async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    const response = await transport.request({
      method: request.method === 'POST' || request.method === 'DELETE' ? request.method : 'GET',
      url: request.url,
      headers: Object.fromEntries(request.headers),
      ...(hasBody ? { body: await request.text() } : {}),
      signal: request.signal,
    });
    const body = await response.text();
    return new Response(response.status === 204 || body === '' ? null : body, {
      status: response.status,
      headers: response.headers,
    });
  };
}
