export { CHINA_BASE_URL, INTERNATIONAL_BASE_URL, PixVerse } from './client.ts';
export type { PixVerseOptions } from './client.ts';
export { encodeBody, ID_FIELDS } from './encode-body.ts';
export type { IdField } from './encode-body.ts';
export { describeErrorCode, ERROR_CLASSES, ERROR_CODES } from './error-codes.ts';
export type { ErrorCodeEntry, PixVerseErrorClass, RetryAdvice } from './error-codes.ts';
export {
  PIXVERSE_ERROR_CODES,
  PixVerseAbortError,
  PixVerseAPIError,
  PixVerseConnectionError,
  PixVerseError,
  PixVerseInputError,
  PixVerseResponseError,
  PixVerseTimeoutError,
} from './errors.ts';
export type { PixVerseErrorCode } from './errors.ts';
export {
  JsonNumber,
  JsonParseError,
  parseLosslessJson,
  stringifyLosslessJson,
} from './lossless-json/index.ts';
export type { JsonObject, JsonValue } from './lossless-json/index.ts';
export * from './models.ts';
export { isPixVerseId, toPixVerseId } from './pixverse-id.ts';
export type { PixVerseId } from './pixverse-id.ts';
export type { AccountBalance } from './resources/account.ts';
export type {
  AgentImageReference,
  AgentRequest,
  AgentVideoReference,
  AvatarRequest,
  MusicVideoRequest,
  RealEstateRequest,
  ViralRecreationRequest,
} from './resources/agent-requests.ts';
export type { AudioVerification, AudioVerificationRequest } from './resources/audio.ts';
export type {
  LipSyncRequest,
  MaskSelectionRequest,
  ModifyRequest,
  MotionControlRequest,
  RestyleRequest,
  SoundEffectRequest,
  SwapRequest,
  UpscaleRequest,
} from './resources/edit-requests.ts';
export type { Image, ImageSources, SubmittedImage, UploadedImage } from './resources/image-replies.ts';
export type { ImageTemplateRequest, ImageUpload } from './resources/images.ts';
export type { Mask, MaskSelection } from './resources/masks.ts';
export type { MediaUpload, UploadedMedia } from './resources/media.ts';
export type { Speech, VideoSource } from './resources/request-parts.ts';
export type { RestyleEffect, RestyleQuery } from './resources/restyles.ts';
export type {
  Speaker,
  SpeakerPage,
  SpeakerQuery,
  SpeakerRequest,
  SystemSpeakerQuery,
} from './resources/speakers.ts';
export type { Template, TemplatePage, TemplateQuery } from './resources/templates.ts';
export type { FileUpload } from './resources/upload-file.ts';
export type { UsageCursor, UsageItem, UsagePage, UsageRequest, UsageWindow } from './resources/usage.ts';
export type { SubmittedVideo, Video } from './resources/video-replies.ts';
export type {
  ExtendRequest,
  FusionImageReference,
  FusionRequest,
  FusionVideoReference,
  ImageToVideoRequest,
  MultiTransitionRequest,
  MultiTransitionStep,
  TextToVideoRequest,
  TransitionRequest,
} from './resources/video-requests.ts';
export { VIDEO_OPERATION_PATHS } from './resources/videos.ts';
export type { VideoOperation, VideoPath } from './resources/videos.ts';
export type { RequestOptions } from './transport/call.ts';
export type { Fetch, Sleep } from './transport/settings.ts';
export { DEFAULT_TIMEOUT_MS } from './transport/transport.ts';
export { describeVideoStatus, VIDEO_STATUSES } from './video-status.ts';
export type { VideoStatus, VideoStatusName } from './video-status.ts';
