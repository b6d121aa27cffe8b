/** A base URL with an API version at its end: its own, or the given one. */
export function withVersion(baseUrl: string, version: string): string {
  return /\/v\d+(?:(?:alpha|beta)\d*)?$/.test(baseUrl) ? baseUrl : `${baseUrl}/${version}`;
}
