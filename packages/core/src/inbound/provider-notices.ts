import { createHash, timingSafeEqual } from 'node:crypto';
import { isIdentifier } from '@pixsim7/contracts';
import { ProviderCallError } from '@pixsim7/providers/contract';
import type { WebhookDelivery, WebhookReceiver, WebhookResult } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import { noticesOf } from '../limits/bulkhead/index.ts';
import type { AccountRow, SubmissionRow } from '../model/index.ts';
import { RequestError } from '../model/request-error.ts';
import { accessAccount } from '../read/account-access.ts';
import { loadOwners } from '../read/load-owners.ts';
import { recordAccepted } from '../steps/record-submit.ts';

/** A check of a signature takes milliseconds, unless keys have to be fetched and their host hangs. */
const parsePatienceMs = 2_000;

type Notice = Extract<WebhookResult, { outcome: 'notice' }>;

export interface ArrivedWebhook {
  readonly providerId: string;
  /** The secret part of the address. */
  readonly token: string;
  /** The attempt that the address names; null when it names none. Not covered by the signature. */
  readonly submissionId: string | null;
  /** Opens the body; called only for an address that exists. */
  readonly read: () => Promise<Omit<WebhookDelivery, 'receivedAt'>>;
}

/** Webhooks of providers. A notice wakes a check and decides nothing. */
export class ProviderNotices {
  readonly #dependencies: CoreDependencies;

  constructor(dependencies: CoreDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Takes a webhook. Nothing is stored before its signature is believed, and a repeat has no effect.
   *
   * @returns what the provider takes for an acknowledgement
   * @throws RequestError not_found for an address that is nobody's; delivery_refused for one that is not believed;
   *   unavailable when the provider is to send it again
   */
  async receive(webhook: ArrivedWebhook): Promise<WebhookReceiver['acknowledgement']> {
    const { account, receiver } = await this.#addressee(webhook);
    const notice = await this.#parse(account, receiver, webhook);
    const isRepeat = await this.#dependencies.database.transaction((transaction) =>
      transaction.accounts.hasDelivery(account.id, notice.deliveryId),
    );
    if (isRepeat) {
      return receiver.acknowledgement;
    }
    // The effect first: it can be repeated, and a process that dies in between must not swallow it.
    await this.#act(account, notice, webhook.submissionId);
    const { deliveryId } = notice;
    const receivedAt = this.#dependencies.system.now();
    await this.#dependencies.database.transaction((transaction) =>
      transaction.accounts.addDelivery({ accountId: account.id, deliveryId, receivedAt }),
    );
    return receiver.acknowledgement;
  }

  async #addressee({
    providerId,
    token,
  }: ArrivedWebhook): Promise<{ account: AccountRow; receiver: WebhookReceiver }> {
    const { database, registry } = this.#dependencies;
    const receiver = registry.has(providerId) ? registry.get(providerId).webhook : undefined;
    const accounts =
      receiver === undefined
        ? []
        : await database.transaction((transaction) => transaction.accounts.list({ providerId }));
    const account = accounts.filter(({ webhookToken }) => isSameSecret(webhookToken, token))[0];
    if (account === undefined || receiver === undefined) {
      throw new RequestError('not_found', 'Webhook address not found.');
    }
    return { account, receiver };
  }

  async #parse(account: AccountRow, receiver: WebhookReceiver, { read }: ArrivedWebhook): Promise<Notice> {
    const { bulkheads, logger, system, vault } = this.#dependencies;
    // A signature carries the time of the provider, so it is compared with the clock on the wall.
    const delivery = { ...(await read()), receivedAt: system.wallTime() };
    const place = await bulkheads.webhook.placeWithin(noticesOf(account), parsePatienceMs);
    if (place === null) {
      throw new RequestError('unavailable', 'Too many deliveries are waiting to be checked; send it again.', {
        retryable: true,
      });
    }
    try {
      const result = await receiver.parse(accessAccount(vault, account), delivery);
      if (result.outcome === 'notice') {
        return result;
      }
      logger.warn({ account_id: account.id, reason: result.reason }, 'webhook refused');
      throw new RequestError('delivery_refused', `The delivery was refused: ${result.reason}.`);
    } catch (error) {
      if (!(error instanceof ProviderCallError)) {
        throw error;
      }
      logger.warn({ account_id: account.id, class: error.class }, 'webhook could not be checked');
      throw new RequestError('unavailable', 'The signature cannot be checked right now; send it again.', {
        retryable: true,
        cause: error,
      });
    } finally {
      place.leave();
    }
  }

  async #act(account: AccountRow, notice: Notice, submissionId: string | null): Promise<void> {
    const { database, queue, system } = this.#dependencies;
    const { known, named, unanswered } = await database.transaction(async (transaction) => ({
      known: await transaction.submissions.findByProviderJob(account.id, notice.providerJobId),
      named:
        submissionId !== null && isIdentifier('submission', submissionId)
          ? await transaction.submissions.get(submissionId)
          : null,
      unanswered: await transaction.submissions.countUnanswered(account.id),
    }));
    if (known !== null) {
      await queue.offer({ step: 'check', id: known.id }, system.now());
      return;
    }
    if (named !== null && named.accountId === account.id && isUnanswered(named) && notice.handle !== null) {
      await this.#settle(named, { ...notice, handle: notice.handle });
      return;
    }
    if (unanswered > 0) {
      // It may be about a request whose reply is still to be stored. By the next try it will be.
      throw new RequestError('unavailable', 'A request of this account is still unanswered; send it again.', {
        retryable: true,
      });
    }
  }

  /**
   * The provider has a request whose answer nobody saw: it is accepted, as if its answer had come. The check that follows
   * asks the provider itself.
   */
  async #settle(submission: SubmissionRow, notice: Notice & { readonly handle: object }): Promise<void> {
    const { database, logger, queue, registry, system } = this.#dependencies;
    const { providerJobId, handle } = notice;
    const owners = await database.transaction((transaction) =>
      loadOwners(this.#dependencies, transaction, submission),
    );
    await recordAccepted(
      this.#dependencies,
      { submission, ...owners, adapter: registry.get(submission.providerId) },
      { outcome: 'accepted', providerJobId, handle: { ...handle }, credits: null },
    );
    logger.info(
      { submission_id: submission.id, provider_job_id: providerJobId },
      'webhook settled an unanswered request',
    );
    await queue.offer({ step: 'check', id: submission.id }, system.now());
  }
}

function isUnanswered({ state, sentAt }: SubmissionRow): boolean {
  return sentAt !== null && (state === 'prepared' || state === 'unknown');
}

/** In a time that does not depend on where the two differ; hashed first, because lengths may differ. */
function isSameSecret(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
