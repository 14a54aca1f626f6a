export { corpusFolder, loadCorpus } from './corpus.ts';
export { fuzzMedia, type FuzzOptions, type FuzzReport } from './fuzz-media.ts';
export { mutate } from './mutate.ts';
