import { describe, expect, it } from 'vitest';
import type { AccountAccess, ProviderAdapter } from './adapter.ts';
import { bindAdapter } from './bind-adapter.ts';

const access: AccountAccess = { accountId: 'a', credentials: {}, baseUrl: null };

/** Everything that an adapter may have, as methods of a class with a private field. */
class ClassAdapter {
  readonly #name = 'class';
  readonly id = 'class';
  readonly manifest = {};
  mapParameters = () => ({ ok: false, issues: [] });
  buildRequest() {
    return { endpoint: this.#name };
  }
  async resolveInput() {
    return { reference: this.#name };
  }
  async execute() {
    return { outcome: this.#name };
  }
  async checkStatus() {
    return { rawStatus: this.#name };
  }
  async cancel() {
    return { outcome: this.#name };
  }
  async balance() {
    return { unit: this.#name };
  }
  webhook = new ClassReceiver();
}

class ClassReceiver {
  readonly #reason = 'unsigned';
  readonly acknowledgement = { contentType: 'text/plain', body: 'taken' };
  readonly operations = ['text_to_video'];
  async parse() {
    return { outcome: 'refused', reason: this.#reason };
  }
}

describe('bindAdapter', () => {
  it('keeps every member of an adapter that is a class', async () => {
    const bound = { ...bindAdapter(new ClassAdapter() as unknown as ProviderAdapter) };
    const delivery = { headers: {}, body: new Uint8Array(), receivedAt: 0 };
    expect(bound.id).toBe('class');
    expect(bound.mapParameters('fusion', {})).toEqual({ ok: false, issues: [] });
    expect(bound.buildRequest({} as never, new Map(), {} as never)).toEqual({ endpoint: 'class' });
    expect(await bound.resolveInput(access, {} as never, {} as never)).toEqual({ reference: 'class' });
    expect(await bound.execute('fusion', access, {} as never, 't')).toEqual({ outcome: 'class' });
    expect(await bound.checkStatus(access, {})).toEqual({ rawStatus: 'class' });
    expect(await bound.cancel?.(access, {})).toEqual({ outcome: 'class' });
    expect(await bound.balance?.(access)).toEqual({ unit: 'class' });
    expect(bound.webhook).toMatchObject({
      acknowledgement: { body: 'taken' },
      operations: ['text_to_video'],
    });
    expect(await bound.webhook?.parse(access, delivery)).toEqual({ outcome: 'refused', reason: 'unsigned' });
  });

  it('keeps absent what an adapter does not have', () => {
    const adapter = Object.assign(new ClassAdapter(), {
      cancel: undefined,
      balance: undefined,
      webhook: undefined,
    });
    expect(Object.keys(bindAdapter(adapter as unknown as ProviderAdapter)).sort()).toEqual([
      'buildRequest',
      'checkStatus',
      'execute',
      'id',
      'manifest',
      'mapParameters',
      'resolveInput',
    ]);
  });
});
