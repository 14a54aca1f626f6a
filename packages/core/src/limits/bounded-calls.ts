import { bindAdapter, ProviderRegistry, ProviderUnavailableError } from '@pixsim7/providers/contract';
import type {
  CallOptions,
  GenerationResult,
  ProviderAdapter,
  ProviderCallError,
} from '@pixsim7/providers/contract';
import type { System } from '../ports/index.ts';
import { callLimitsMs } from '../rules/call-limits.ts';
import type { ProviderCallKind } from '../rules/call-limits.ts';
import { after } from './after.ts';

type Timer = Pick<System, 'every'>;

/**
 * The same providers with a time limit on every call. It holds whether or not an adapter heeds its signal: a call that is
 * given up may go on in the background, but nobody waits for it.
 */
export class BoundedRegistry extends ProviderRegistry {
  readonly #registry: ProviderRegistry;
  readonly #timer: Timer;

  constructor(registry: ProviderRegistry, timer: Timer) {
    super();
    this.#registry = registry;
    this.#timer = timer;
  }

  override register(adapter: ProviderAdapter): this {
    this.#registry.register(adapter);
    return this;
  }

  override get(id: string): ProviderAdapter {
    return boundAdapter(this.#registry.get(id), this.#timer);
  }

  override has(id: string): boolean {
    return this.#registry.has(id);
  }

  override ids(): string[] {
    return this.#registry.ids();
  }

  override list(): ProviderAdapter[] {
    return this.#registry.list().map((adapter) => boundAdapter(adapter, this.#timer));
  }
}

function boundAdapter(given: ProviderAdapter, system: Timer): ProviderAdapter {
  const adapter = bindAdapter(given);
  const { balance, cancel, choices, webhook } = adapter;
  const within = <Result>(
    kind: ProviderCallKind,
    options: CallOptions | undefined,
    call: (options: CallOptions) => Promise<Result>,
    onLate: () => Result = () => {
      throw unanswered(adapter, kind);
    },
  ): Promise<Result> => withinLimit(system, callLimitsMs[kind], options, call, onLate);
  return {
    ...adapter,
    resolveInput: (account, slot, file, options) =>
      within('upload', options, (bounded) => adapter.resolveInput(account, slot, file, bounded)),
    execute: (operation, account, request, token, options) =>
      within(
        'submit',
        options,
        (bounded) => adapter.execute(operation, account, request, token, bounded),
        () => submitUnanswered(adapter),
      ),
    checkStatus: (account, handle, options) =>
      within('check', options, (bounded) => adapter.checkStatus(account, handle, { ...options, ...bounded })),
    ...(cancel === undefined
      ? {}
      : {
          cancel: (account, handle, options) =>
            within('cancel', options, (bounded) => cancel(account, handle, bounded)),
        }),
    ...(balance === undefined
      ? {}
      : {
          balance: (account, options) => within('balance', options, (bounded) => balance(account, bounded)),
        }),
    ...(choices === undefined
      ? {}
      : {
          choices: (account, kind, page, options) =>
            within('choices', options, (bounded) => choices(account, kind, page, bounded)),
        }),
    ...(webhook === undefined
      ? {}
      : {
          webhook: {
            ...webhook,
            parse: (account, delivery, options) =>
              within('webhook', options, (bounded) => webhook.parse(account, delivery, bounded)),
          },
        }),
  };
}

/** Runs the call with a signal of its own, which ends with the time or with the caller's. */
async function withinLimit<Result>(
  system: Timer,
  limitMs: number,
  options: CallOptions | undefined,
  call: (options: CallOptions) => Promise<Result>,
  onLate: () => Result,
): Promise<Result> {
  const controller = new AbortController();
  const outer = options?.signal;
  const abort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted === true) {
    abort();
  }
  outer?.addEventListener('abort', abort, { once: true });
  let callOff = (): void => undefined;
  const late = new Promise<'late'>((resolve) => {
    callOff = after(system, limitMs, () => resolve('late'));
  });
  try {
    const answer = call({ signal: controller.signal }).then((value) => ({ value }));
    const first = await Promise.race([answer, late]);
    if (first !== 'late') {
      return first.value;
    }
    // Its failure is the consequence of this and tells nothing more.
    answer.catch(() => undefined);
    controller.abort(new DOMException(`no answer within ${limitMs} ms`, 'TimeoutError'));
    return onLate();
  } finally {
    callOff();
    outer?.removeEventListener('abort', abort);
  }
}

/** A call that costs nothing. */
function unanswered({ manifest }: ProviderAdapter, kind: ProviderCallKind): ProviderCallError {
  return new ProviderUnavailableError({
    code: 'provider_unavailable',
    message: `${manifest.name} did not answer in time.`,
    retry: 'later',
    accountEffect: 'none',
    charged: 'no',
    providerCode: `no answer within ${callLimitsMs[kind] / 1_000} s`,
  });
}

/** The request was on its way, so the provider may have taken it. */
function submitUnanswered({ manifest }: ProviderAdapter): GenerationResult {
  const evidence = `no answer within ${callLimitsMs.submit / 1_000} s`;
  return {
    outcome: 'unknown',
    evidence,
    error: new ProviderUnavailableError({
      code: 'outcome_unknown',
      message: `${manifest.name} did not answer, so it may or may not be making the video.`,
      retry: 'never',
      accountEffect: 'none',
      charged: 'unknown',
      providerCode: evidence,
    }),
  };
}
