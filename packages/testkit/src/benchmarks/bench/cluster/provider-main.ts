import { startInstantProvider } from './instant-provider.ts';
import { benchVideos, createBenchVideo } from './unique-video.ts';

/** The provider in a process of its own: its work is not in the figures. The first argument names its video. */
const [, , name] = process.argv;
const video = benchVideos.find((known) => known === name);
if (video === undefined) {
  throw new Error(`The provider has no video ${name}.`);
}
const provider = await startInstantProvider(await createBenchVideo(video));
process.stdout.write(`provider at ${provider.url}\n`);
