import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openGenerationBench, providerKey } from './__tests__/generation-bench.ts';
import type { GenerationBench } from './__tests__/generation-bench.ts';
import { recordSpans } from './__tests__/record-spans.ts';
import type { SpanRecorder } from './__tests__/record-spans.ts';
import { inSpan } from './tracing.ts';

let bench: GenerationBench;
let recorder: SpanRecorder;

const named = (name: string): ReadableSpan => {
  const span = recorder.spans().find((candidate) => candidate.name === name);
  if (span === undefined) {
    throw new Error(
      `No ${name} in ${recorder
        .spans()
        .map((each) => each.name)
        .join(', ')}.`,
    );
  }
  return span;
};

describe('with an SDK', () => {
  beforeEach(async () => {
    recorder = recordSpans();
    bench = await openGenerationBench();
  });

  afterEach(async () => {
    await bench.closeAll();
    await recorder.stop();
  });

  it('a request is a server span by its route', async () => {
    const { id } = await bench.createJob('a boat');
    await bench.send('GET', `/api/v1/jobs/${id}`);
    expect(named('POST /api/v1/jobs')).toMatchObject({
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/api/v1/jobs',
        'http.response.status_code': 201,
        'pixsim7.job.id': id,
        'pixsim7.request.id': expect.stringMatching(/^req_/) as string,
      },
    });
    expect(named('GET /api/v1/jobs/{id}').attributes['url.path']).toBe(`/api/v1/jobs/${id}`);
  });

  it('a request goes on with the trace of its caller', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await bench.send('GET', '/api/v1/jobs', {
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    const span = named('GET /api/v1/jobs');
    expect(span.spanContext().traceId).toBe(traceId);
    expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  });

  it('a step is a trace of its own, with the calls of its provider inside', async () => {
    const { id } = await bench.createJob('a boat');
    await bench.run();
    const step = named('step submit');
    const call = named('submit pixverse');
    expect(step).toMatchObject({
      kind: SpanKind.CONSUMER,
      attributes: { 'messaging.destination.name': 'submit', 'pixsim7.job.id': id },
    });
    expect(step.parentSpanContext).toBeUndefined();
    expect(call.parentSpanContext?.spanId).toBe(step.spanContext().spanId);
    const address = new URL(bench.emulator.baseUrl);
    expect(call).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.provider.name': 'pixverse',
        'server.address': address.hostname,
        'server.port': Number(address.port),
        'pixsim7.account.id': bench.account.id,
      },
    });
    expect(named('download pixverse').parentSpanContext?.spanId).toBe(
      named('step ingest').spanContext().spanId,
    );
  });

  it('log lines name their trace', async () => {
    await bench.send('GET', '/api/v1/jobs');
    const line = bench.log.findLast(({ message }) => message === 'request');
    const { traceId, spanId } = named('GET /api/v1/jobs').spanContext();
    expect(line?.fields).toMatchObject({ trace_id: traceId, span_id: spanId });
  });

  it('a failure has its code and none of its words', async () => {
    const failure = Object.assign(new Error('private words'), { code: 'stable_code' });
    await expect(inSpan('work', {}, () => Promise.reject(failure))).rejects.toBe(failure);
    const span = named('work');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span.attributes['error.type']).toBe('stable_code');
    expect(JSON.stringify([span.attributes, span.events])).not.toContain('private');
  });

  it('a refusal is no error of the server, a broken database is', async () => {
    await bench.problem('GET', '/api/v1/jobs/job_nowhere');
    expect(named('GET /api/v1/jobs/{id}').status.code).toBe(SpanStatusCode.UNSET);
    await bench.database.close();
    await bench.problem('GET', '/api/v1/jobs');
    expect(named('GET /api/v1/jobs')).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': '500' },
    });
  });

  it('no span holds a key or a prompt', async () => {
    await bench.createJob('a private boat');
    await bench.run();
    const said = JSON.stringify(
      recorder.spans().map(({ name, attributes, events }) => ({ name, attributes, events })),
    );
    expect(said).not.toContain(providerKey);
    expect(said).not.toContain('private');
  });
});

describe('without an SDK', () => {
  it('work runs as if there were no spans', async () => {
    expect(await inSpan('work', {}, async (span) => span.isRecording())).toBe(false);
    await expect(inSpan('work', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
