import type { History, Violation } from '../history.ts';
import { ledgerIsRight, paidOnce, providerConcurrency } from './money.ts';
import { neighboursAreNotDelayed } from './neighbours.ts';
import { eventsAreGapless, eventsTellThePicture, secretsStayInside } from './outbox.ts';
import {
  attentionHasAReason,
  everyJobEnds,
  noErrorIsLogged,
  noHandlerThrows,
  nothingIsLeftOver,
} from './progress.ts';
import {
  completedHasItsVideo,
  lineageIsProjection,
  noPaidVideoIsLost,
  poisonIsQuarantined,
  videosHaveTheirPoster,
} from './results.ts';
import { filesFit, movesOnAfterRefusedFile, movesOnAfterRejection, routeIsTold } from './routing.ts';
import { deadlineNeedsEvidence, nothingFreezes, oneLiveRetry } from './time.ts';

/** Each has to hold when a history is over, and answers with a sentence for every place where it does not. */
export const invariants: Readonly<Record<string, (history: History) => string[]>> = {
  paid_once: paidOnce,
  moves_on_after_rejection: movesOnAfterRejection,
  route_is_told: routeIsTold,
  moves_on_after_refused_file: movesOnAfterRefusedFile,
  files_fit: filesFit,
  ledger_is_right: ledgerIsRight,
  provider_concurrency: providerConcurrency,
  completed_has_its_video: completedHasItsVideo,
  no_paid_video_is_lost: noPaidVideoIsLost,
  poison_is_quarantined: poisonIsQuarantined,
  videos_have_their_poster: videosHaveTheirPoster,
  lineage_is_projection: lineageIsProjection,
  every_job_ends: everyJobEnds,
  attention_has_a_reason: attentionHasAReason,
  nothing_is_left_over: nothingIsLeftOver,
  deadline_needs_evidence: deadlineNeedsEvidence,
  nothing_freezes: nothingFreezes,
  one_live_retry: oneLiveRetry,
  no_handler_throws: noHandlerThrows,
  no_error_is_logged: noErrorIsLogged,
  neighbours_are_not_delayed: neighboursAreNotDelayed,
  events_are_gapless: eventsAreGapless,
  events_tell_the_picture: eventsTellThePicture,
  secrets_stay_inside: secretsStayInside,
};

export function checkInvariants(history: History): Violation[] {
  return Object.entries(invariants).flatMap(([invariant, check]) =>
    check(history).map((detail) => ({ invariant, detail })),
  );
}
