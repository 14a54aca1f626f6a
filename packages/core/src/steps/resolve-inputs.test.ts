import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AssetId } from '@pixsim7/contracts';
import { chunksOf, createBench, createFakeProvider, fakeMediaBytes, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import { UnreadableMediaError } from '../ports/index.ts';

let bench: Bench;
let image: AssetId;
beforeEach(async () => {
  bench = createBench();
  await bench.addAccount({ maxConcurrent: 5 });
  image = await bench.addAsset('image', 'a boat');
});

const submitted = () =>
  bench.acceptedAttempt({ operation_type: 'image_to_video', params: { image_url: image } });

describe('the inputs of a request', () => {
  it('are uploaded with what the provider needs to know of the file', async () => {
    let text = '';
    bench.provider.resolveInput.mockImplementationOnce(async (_account, slot, file) => {
      text = await (await file.open()).text();
      expect(slot).toMatchObject({ name: 'first_frame/0', role: 'first_frame', source: image });
      expect(file).toMatchObject({
        assetId: image,
        mediaType: 'image',
        mimeType: 'image/png',
        fileName: `${image}.png`,
        madeBy: null,
      });
      return { reference: { id: 'u1' }, reusable: true, expiresAt: null };
    });
    const attempt = await submitted();
    expect(text).toBe(new TextDecoder().decode(fakeMediaBytes('image', 'a boat')));
    expect(attempt.payload).toMatchObject({ files: [{ name: 'first_frame/0', reference: { id: 'u1' } }] });
  });

  it('are uploaded once per account, and used again by the next job', async () => {
    await submitted();
    const second = await submitted();
    expect(bench.provider.resolveInput).toHaveBeenCalledTimes(1);
    expect(second.payload).toMatchObject({ files: [{ reference: { upload: `${image}/first_frame` } }] });
  });

  it('are uploaded anew for another account', async () => {
    await submitted();
    const other = await bench.addAccount({ priority: 9 });
    expect((await submitted()).accountId).toBe(other.id);
    expect(bench.provider.resolveInput).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['that may be used once', { reusable: false, expiresAt: null }],
    ['that expired', { reusable: true, expiresAt: '2026-01-01T12:00:00.000Z' }],
  ])('are uploaded anew after an upload %s', async (_, terms) => {
    bench.provider.resolveInput.mockResolvedValueOnce({ reference: { id: 'u1' }, ...terms });
    await submitted();
    await submitted();
    expect(bench.provider.resolveInput).toHaveBeenCalledTimes(2);
  });

  it('name the generation that made the file', async () => {
    const made = await bench.succeededAttempt();
    bench.downloads.serve(made.outputs[0]?.url ?? '', fakeMediaBytes('video', 'made'));
    await bench.run('ingest', made.id);
    const [video] = await bench.read((transaction) => transaction.assets.byJobs([made.jobId]));
    await bench.acceptedAttempt({ operation_type: 'video_extend', params: { video_url: video?.id } });
    expect(bench.provider.resolveInput.mock.calls[0]?.[2].madeBy).toEqual({
      providerId: bench.provider.id,
      accountId: made.accountId,
      providerJobId: made.providerJobId,
    });
  });
});

describe('an input that cannot be used', () => {
  it('because the provider refuses the upload, sends nothing and lets the class decide', async () => {
    bench.provider.resolveInput.mockRejectedValueOnce(refusals.unavailable());
    const attempt = await submitted();
    expect(attempt).toMatchObject({ state: 'rejected', sentAt: null, body: null });
    expect(await bench.job(attempt.jobId)).toMatchObject({ status: 'pending', waitReason: 'backoff' });
    expect(bench.provider.execute).not.toHaveBeenCalled();
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'release 0']);
  });

  describe('because it cannot be converted', () => {
    const heic = fakeMediaBytes('image', 'of a phone', { mimeType: 'image/heic' });
    const broken = new UnreadableMediaError('The picture cannot be decoded.', { flaw: 'damaged' });
    const request = async () => ({
      operation_type: 'image_to_video' as const,
      params: { image_url: (await bench.core.assets.upload(builtCaller, chunksOf(heic), null)).id },
    });

    it('fails the job as if the provider had refused it, and nothing is sent', async () => {
      vi.spyOn(bench.dependencies.media, 'convertImage').mockRejectedValueOnce(broken);
      const attempt = await bench.acceptedAttempt(await request());
      expect(attempt).toMatchObject({ state: 'rejected', sentAt: null, body: null });
      const { status, error } = await bench.job(attempt.jobId);
      expect([status, error]).toEqual([
        'failed',
        expect.objectContaining({ code: 'input_rejected', charged: 'no', retryable: false }),
      ]);
      expect(error?.message).toMatch(
        /\/image_url cannot be converted.*decoded.*image\/heic, 640 x 360 pixels/u,
      );
      expect(bench.provider.resolveInput).not.toHaveBeenCalled();
      expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'release 0']);
    });

    it('sends a job that may run elsewhere on', async () => {
      const cheap = createFakeProvider({}, { id: 'cheap', creditValueUsd: 0.01 });
      bench = createBench({}, [cheap]);
      await bench.addAccount();
      await bench.addAccount({ providerId: 'cheap' });
      vi.spyOn(bench.dependencies.media, 'convertImage').mockRejectedValueOnce(broken);
      const { id } = await bench.addJob({ ...(await request()), provider_id: 'auto' });
      await bench.settle(bench.system.now());
      const attempts = (await bench.attempts(id)).map(({ providerId, state }) => `${providerId} ${state}`);
      expect(attempts).toEqual(['cheap rejected', 'simulated accepted']);
    });
  });

  it('because it was deleted meanwhile, fails the job with its own error', async () => {
    const prepared = await bench.preparedAttempt({
      operation_type: 'image_to_video',
      params: { image_url: image },
    });
    await bench.core.assets.delete(builtCaller, image);
    await bench.run('submit', prepared.id);
    expect(await bench.job(prepared.jobId)).toMatchObject({
      status: 'failed',
      error: { code: 'input_unavailable', charged: 'no', message: expect.stringContaining('/image_url') },
    });
    expect(bench.provider.execute).not.toHaveBeenCalled();
    expect(await bench.ledger(prepared.id)).toEqual(['hold 10', 'release 0']);
  });

  it('because its bytes are gone, fails in the same way', async () => {
    const prepared = await bench.preparedAttempt({
      operation_type: 'image_to_video',
      params: { image_url: image },
    });
    const { blobHash } = await bench.core.assets.row(builtCaller, image);
    await bench.blobs.remove(blobHash);
    await bench.run('submit', prepared.id);
    expect((await bench.job(prepared.jobId)).error?.code).toBe('input_unavailable');
  });

  it('is a fault of ours when the parameters no longer map, and nothing is sent', async () => {
    const prepared = await bench.preparedAttempt();
    Object.assign(bench.provider, { mapParameters: () => ({ ok: false, issues: [] }) });
    await bench.run('submit', prepared.id);
    expect((await bench.job(prepared.jobId)).error).toMatchObject({
      code: 'internal',
      charged: 'no',
      retryable: false,
    });
    expect(bench.provider.execute).not.toHaveBeenCalled();
  });
});
