/** The documented errors of fal, reduced to their meaning (fal documentation: errors, request errors). */
export const falErrorMeanings = [
  'bad_key',
  'exhausted',
  'locked',
  'forbidden',
  'unknown_endpoint',
  'unknown_request',
  'input_moderated',
  'output_moderated',
  'bad_value',
  'bad_file',
  'unreachable_file',
  'nothing_generated',
  'timeout',
  'own_timeout',
  'rate_limited',
  'internal',
  'unavailable',
  'failed',
  'undocumented',
] as const;
export type FalErrorMeaning = (typeof falErrorMeanings)[number];

const meaningByType: Readonly<Record<string, FalErrorMeaning>> = {
  content_policy_violation: 'input_moderated',
  missing: 'bad_value',
  literal_error: 'bad_value',
  multiple_of: 'bad_value',
  one_of: 'bad_value',
  sequence_too_long: 'bad_value',
  sequence_too_short: 'bad_value',
  feature_not_supported: 'bad_value',
  file_download_error: 'unreachable_file',
  file_too_large: 'bad_file',
  image_too_small: 'bad_file',
  image_too_large: 'bad_file',
  image_load_error: 'bad_file',
  face_detection_error: 'bad_file',
  unsupported_image_format: 'bad_file',
  unsupported_video_format: 'bad_file',
  unsupported_audio_format: 'bad_file',
  invalid_archive: 'bad_file',
  no_media_generated: 'nothing_generated',
  generation_timeout: 'timeout',
  request_timeout: 'timeout',
  'request_timeout:user': 'own_timeout',
  startup_timeout: 'timeout',
  internal_server_error: 'internal',
  internal_error: 'internal',
  downstream_service_error: 'unavailable',
  downstream_service_unavailable: 'unavailable',
  runner_scheduling_failure: 'unavailable',
  runner_connection_timeout: 'unavailable',
  runner_connection_refused: 'unavailable',
  runner_disconnected: 'unavailable',
  error: 'failed',
};

/** Our own name for a status that says `error` and no type. */
export const untypedEnd = 'error';

/** Families whose members are not listed one by one: `value_error.missing`, `greater_than_equal`, `audio_duration_too_long`. */
const meaningByPattern: readonly (readonly [RegExp, FalErrorMeaning])[] = [
  [/^(?:value_error|type_error|greater_than|less_than)/u, 'bad_value'],
  [/_duration_too_/u, 'bad_file'],
];

/** Whether the type alone says what happened. */
export function isDocumentedType(type: string): boolean {
  return type !== untypedEnd && meaningOfType(type, '') !== null;
}

export function meaningOfType(type: string, text: string): FalErrorMeaning | null {
  const meaning = Object.hasOwn(meaningByType, type)
    ? meaningByType[type]
    : meaningByPattern.find(([pattern]) => pattern.test(type))?.[1];
  // One type for both sides: only the words tell a refused prompt from a refused video.
  if (meaning === 'input_moderated' && /\b(?:output|generated|result)/iu.test(text)) {
    return 'output_moderated';
  }
  return meaning ?? null;
}

/** @param isOfRequest whether the call named a request of the queue, so that 404 is about that one */
export function meaningOfStatus(httpStatus: number, text: string, isOfRequest: boolean): FalErrorMeaning {
  switch (httpStatus) {
    case 400:
    case 422:
      return 'bad_value';
    case 413:
    case 415:
      return 'bad_file';
    case 401:
      return 'bad_key';
    case 403:
      if (/exhausted balance|top_up/iu.test(text)) {
        return 'exhausted';
      }
      return /admin lock|user is locked/iu.test(text) ? 'locked' : 'forbidden';
    case 404:
      return isOfRequest ? 'unknown_request' : 'unknown_endpoint';
    case 429:
      return 'rate_limited';
    case 500:
      return 'internal';
    case 408:
    case 504:
      return 'timeout';
    default:
      return httpStatus >= 500 ? 'unavailable' : 'undocumented';
  }
}
