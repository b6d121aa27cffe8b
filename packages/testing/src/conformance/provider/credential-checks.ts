import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { SimulatorFault } from '../../simulator/simulator-reply.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { tour } from './provider-tour.ts';
import { assertBrokenStream, readAll, rejection } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;

/** Ways in which a vendor, or what stands before it, gives a credential back. */
function echoes(apiKey: string): readonly SimulatorFault[] {
  const text = `upstream saw Authorization: Bearer ${apiKey}`;
  const body = { error: { message: `Incorrect API key provided: ${apiKey}.`, code: apiKey } };
  return [
    { type: 'status', status: 401, body },
    { type: 'status', status: 500, body: text },
    { type: 'status', status: 200, body: `<html>${text}</html>`, headers: { 'content-type': 'text/html' } },
    { type: 'error-event', afterEvents: 2, message: text },
    { type: 'reset', when: 'before-headers' },
  ];
}

const inErrors: Check = {
  id: 'credential-hidden',
  title: 'no error holds the credential, not even where the vendor echoes it',
  async run(subject) {
    for (const fault of echoes(subject.apiKey)) {
      subject.simulator.respondWith(() => ({ fault }));
      const thrown = await rejection(subject.provider.chat(subject.request()));
      const errors = [thrown, assertBrokenStream(await readAll(subject.provider.stream(subject.request())))];
      for (const error of errors) assertHidden(spoken(error), subject.apiKey, `the error of a ${fault.type} fault`);
    }
  },
};

const inLogs: Check = {
  id: 'credential-in-logs',
  title: 'no log line holds the credential',
  async run(subject) {
    await tour(subject, subject.provider);
    for (const fault of echoes(subject.apiKey)) {
      subject.simulator.respondWith(() => ({ fault }));
      await Promise.allSettled([subject.provider.chat(subject.request())]);
      await Promise.allSettled([readAll(subject.provider.stream(subject.request()))]);
    }
    await subject.open(`${subject.apiKey}-that-is-wrong`).checkHealth();
    for (const [fields, message] of subject.logger.lines) {
      const words = [message, ...Object.values(fields).map(spoken)].join('\n');
      assertHidden(words, subject.apiKey, `the log line "${message.replaceAll(subject.apiKey, '<credential>')}"`);
    }
  },
};

const inUrls: Check = {
  id: 'credential-in-url',
  title: 'the credential travels in a header, never in a URL that logs and proxies keep',
  async run(subject) {
    const port = Number(new URL(subject.simulator.url).port);
    const urls: string[] = [];
    const onRequest = (message: unknown) => {
      const { request, socket } = message as { request: { url: string }; socket: { localPort?: number } };
      if (socket.localPort === port) urls.push(request.url);
    };
    const onStream = (message: unknown) => {
      const { headers } = message as { headers?: Readonly<Record<string, string>> };
      urls.push(headers?.[':path'] ?? '');
    };
    subscribe('http.server.request.start', onRequest);
    subscribe('http2.server.stream.start', onStream);
    try {
      await tour(subject, subject.provider);
    } finally {
      unsubscribe('http.server.request.start', onRequest);
      unsubscribe('http2.server.stream.start', onStream);
    }
    assert.ok(urls.length > 0, 'the requests were seen');
    for (const url of urls) assertHidden(decodeURIComponent(url), subject.apiKey, 'the URL of a request');
  },
};

function assertHidden(words: string, apiKey: string, place: string): void {
  const pieces = words.split(apiKey);
  assert.ok(pieces.length === 1, `the credential stands in ${place}: ${pieces.join('<credential>')}`);
}

/** Everything a value says when it is logged: an error's texts, its fields, and those of its causes. */
function spoken(value: unknown): string {
  if (!(value instanceof Error)) return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const fields = JSON.stringify(value) ?? '';
  return [value.message, value.stack ?? '', fields, value.cause === undefined ? '' : spoken(value.cause)].join('\n');
}

/** Where the credential must not be. */
export const credentialChecks: readonly Check[] = [inErrors, inLogs, inUrls];
