import { describe, expect, it } from 'vitest';
import { rateLimitInfo } from './rate-limit-info.ts';

const now = Date.UTC(2026, 10, 20, 12, 0, 0);

describe('rateLimitInfo', () => {
  it("reads OpenAI's headers and their durations", () => {
    const headers = {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-requests': '1m6.5s',
      'x-ratelimit-reset-tokens': '120ms',
    };
    expect(rateLimitInfo(headers, now)).toEqual({
      limitRequests: 60,
      limitTokens: 150_000,
      remainingRequests: 59,
      remainingTokens: 149_984,
      resetRequestsMs: 66_500,
      resetTokensMs: 120,
    });
  });

  it("reads Anthropic's headers and their dates", () => {
    const headers = {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-tokens-remaining': '30000',
      'anthropic-ratelimit-requests-reset': '2026-11-20T12:00:01Z',
    };
    expect(rateLimitInfo(headers, now)).toEqual({
      limitRequests: 50,
      limitTokens: null,
      remainingRequests: 49,
      remainingTokens: 30_000,
      resetRequestsMs: 1000,
      resetTokensMs: null,
    });
  });

  it("takes the tighter of Anthropic's limits of tokens in and out where it sends no sum", () => {
    const headers = {
      'anthropic-ratelimit-input-tokens-limit': '400000',
      'anthropic-ratelimit-input-tokens-remaining': '90000',
      'anthropic-ratelimit-output-tokens-limit': '80000',
      'anthropic-ratelimit-output-tokens-remaining': '7000',
      'anthropic-ratelimit-output-tokens-reset': '2026-11-20T12:00:02Z',
    };
    expect(rateLimitInfo(headers, now)).toMatchObject({
      limitTokens: 80_000,
      remainingTokens: 7000,
      resetTokensMs: 2000,
    });
    const summed = { ...headers, 'anthropic-ratelimit-tokens-remaining': '97000' };
    expect(rateLimitInfo(summed, now)?.remainingTokens).toBe(97_000);
  });

  it.each([
    ['Cerebras', { 'x-ratelimit-remaining-requests-day': '7', 'x-ratelimit-reset-tokens-minute': '12.5' }, 7, 12_500],
    ['Mistral', { 'x-ratelimit-remaining-req-minute': '7', 'ratelimitbysize-reset': '12.5' }, 7, 12_500],
    ['Together', { 'x-ratelimit-remaining': '7', 'x-tokenlimit-reset': '12.5' }, 7, 12_500],
  ])("reads %s's headers", (_vendor, headers, remainingRequests, resetTokensMs) => {
    expect(rateLimitInfo(headers, now)).toMatchObject({ remainingRequests, resetTokensMs, limitTokens: null });
  });

  it('takes no nonsense and says nothing where the vendor says nothing', () => {
    const headers = { 'x-ratelimit-remaining-requests': '-1', 'x-ratelimit-reset-tokens': 'soon' };
    expect(rateLimitInfo(headers, now)).toBeNull();
    expect(rateLimitInfo({}, now)).toBeNull();
  });

  it('takes no remainder of a limit that is none: Azure sends -1 and 0 where it knows nothing', () => {
    const headers = {
      'x-ratelimit-limit-requests': '-1',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-limit-tokens': '0',
      'x-ratelimit-remaining-tokens': '0',
    };
    expect(rateLimitInfo(headers, now)).toBeNull();
    expect(rateLimitInfo({ ...headers, 'x-ratelimit-limit-tokens': '10' }, now)).toMatchObject({
      limitRequests: null,
      remainingRequests: null,
      limitTokens: 10,
      remainingTokens: 0,
    });
  });
});
