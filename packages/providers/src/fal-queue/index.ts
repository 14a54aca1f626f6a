/**
 * The queue of fal as a transport: whoever serves models there has an adapter of its own on top of this. It knows no model
 * and no provider's name.
 */
export { addressesOf, defaultQueueUrl, type FalAddresses } from './addresses.ts';
export { FalCallError } from './call-errors.ts';
export type { FalAccess } from './call.ts';
export { cancelRequest } from './cancel.ts';
export { checkRequest } from './check.ts';
export { decodeHandle, encodeHandle } from './handle.ts';
export { submitPath, submitRequest } from './submit.ts';
export { missingKey, translateError } from './translate-error.ts';
export { largestUploadBytes, uploadFile } from './upload.ts';
export { createWebhookReceiver } from './webhook/receiver.ts';
