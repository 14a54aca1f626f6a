import { describe, expect, it } from 'vitest';
import { Random } from '../machine/random.ts';
import { calmServer, SimulatedProviderServer } from './server.ts';
import type { ServerSettings } from './server.ts';

const settings: ServerSettings = {
  idempotency: 'token',
  idempotencyWindowMs: 60_000,
  renderMs: [10_000, 10_000],
  ...calmServer,
  refusesAboveLimit: true,
};

function createServer(changes: Partial<ServerSettings> = {}): {
  server: SimulatedProviderServer;
  clock: { now: number };
} {
  const clock = { now: 0 };
  const server = new SimulatedProviderServer({ ...settings, ...changes }, new Random(1), () => clock.now);
  server.accounts.set('key', { maxConcurrent: 2, deposit: 100 });
  return { server, clock };
}

function create(server: SimulatedProviderServer, token: string) {
  const answer = server.submit('key', token, 10);
  if (answer.answer !== 'created') {
    throw new Error(`Expected a generation, got ${answer.answer}.`);
  }
  return answer.generation;
}

describe('SimulatedProviderServer', () => {
  it('answers a repeated token with the same generation inside the window, and starts another one after it', () => {
    const { server, clock } = createServer();
    const generation = create(server, 'a');
    clock.now = 60_000;
    expect(server.submit('key', 'a', 10)).toEqual({ answer: 'repeated', generation });
    clock.now = 60_001;
    expect(server.submit('key', 'a', 10).answer).toBe('created');
  });

  it('starts a second generation for the same token when it knows no tokens', () => {
    const { server } = createServer({ idempotency: 'none' });
    expect(create(server, 'a').id).not.toBe(create(server, 'a').id);
    expect(server.balance('key')).toBe(80);
  });

  it('refuses above the limit until a generation ends, or takes everything', () => {
    const { server, clock } = createServer();
    create(server, 'a');
    create(server, 'b');
    expect(server.submit('key', 'c', 10)).toEqual({ answer: 'too_many' });
    clock.now = 10_000;
    expect(server.submit('key', 'c', 10).answer).toBe('created');
    expect(server.peaks.get('key')).toBe(2);

    const generous = createServer({ refusesAboveLimit: false }).server;
    for (const token of ['a', 'b', 'c']) {
      create(generous, token);
    }
    expect(generous.peaks.get('key')).toBe(3);
  });

  it('charges at submit and gives back what became no video', () => {
    const { server, clock } = createServer({ failureRate: 1 });
    create(server, 'a');
    expect(server.balance('key')).toBe(90);
    clock.now = 10_000;
    expect(server.balance('key')).toBe(100);
  });

  it('refuses what the account cannot pay', () => {
    const { server } = createServer();
    expect(server.submit('key', 'a', 101)).toEqual({ answer: 'no_credits' });
  });

  it('cancels what runs and gives the credits back, and nothing that is over', () => {
    const { server, clock } = createServer();
    const running = create(server, 'a');
    const other = create(server, 'b');
    expect(server.cancel(running)).toBe(true);
    expect(server.stateOf(running)).toBe('cancelled');
    expect(server.cancel(running)).toBe(true);
    clock.now = 10_000;
    expect(server.cancel(other)).toBe(false);
    expect(server.balance('key')).toBe(90);
  });

  it('may say that it is done before it lists the output', () => {
    const { server, clock } = createServer({ lateOutputRate: 1 });
    const generation = create(server, 'a');
    clock.now = generation.endsAt;
    expect(server.stateOf(generation)).toBe('succeeded');
    expect(server.hasOutput(generation)).toBe(false);
    clock.now = generation.endsAt + generation.outputDelayMs;
    expect(server.hasOutput(generation)).toBe(true);
  });

  it('refuses the content of a request every time or never', () => {
    const { server } = createServer({ contentRefusalRate: 0.5, refusesAboveLimit: false });
    const answers = Array.from({ length: 9 }, (_, index) =>
      [0, 1].map(() => server.submit('key', `t${index}`, 1).answer),
    );
    const refusedOnce = answers.filter(([first]) => first === 'content_refused');
    expect(refusedOnce.length).toBeGreaterThan(0);
    expect(refusedOnce.length).toBeLessThan(9);
    expect(refusedOnce.every(([, second]) => second === 'content_refused')).toBe(true);
  });

  it('does not show a generation to other credentials', () => {
    const { server } = createServer();
    const { id } = create(server, 'a');
    expect(server.find('key', id)?.id).toBe(id);
    expect(server.find('other', id)).toBeNull();
  });
});
