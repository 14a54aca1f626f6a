import type { AssetId } from '@pixsim7/contracts';
import type { LineageEdgeRow } from '../../model/index.ts';

export interface LineageRepository {
  insert(edges: readonly LineageEdgeRow[]): Promise<void>;
  /** Edges whose child is one of these. */
  toParents(childIds: readonly AssetId[]): Promise<LineageEdgeRow[]>;
  /** Edges whose parent is one of these. */
  toChildren(parentIds: readonly AssetId[]): Promise<LineageEdgeRow[]>;
}
