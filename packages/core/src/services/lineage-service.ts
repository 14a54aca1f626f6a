import type { AssetId, Lineage } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import type { Caller, LineageEdgeRow } from '../model/index.ts';
import { viewAsset, viewLineageEdge } from '../views/asset-view.ts';
import type { AssetService } from './asset-service.ts';

/** A graph larger than this is cut; the studio could not draw it anyway. */
const maxNodes = 2_000;

/** The lineage of assets. */
export class LineageService {
  readonly #database: CoreDependencies['database'];
  readonly #assets: AssetService;

  constructor(dependencies: Pick<CoreDependencies, 'database'>, assets: AssetService) {
    this.#database = dependencies.database;
    this.#assets = assets;
  }

  /**
   * Ancestors and descendants of an asset, up to `depth` generations each way. Deleted assets stay in the graph: the
   * history of what survives must not have holes.
   *
   * @throws RequestError not_found
   */
  async of(caller: Caller, id: string, depth: number): Promise<Lineage> {
    const root = await this.#assets.row(caller, id);
    return this.#database.transaction(async (transaction) => {
      const edges = new Map<string, LineageEdgeRow>();
      const nodes = new Set<AssetId>([root.id]);
      const walk = async (
        next: (ids: readonly AssetId[]) => Promise<LineageEdgeRow[]>,
        end: (edge: LineageEdgeRow) => AssetId,
      ): Promise<void> => {
        let frontier: AssetId[] = [root.id];
        for (
          let generation = 0;
          generation < depth && frontier.length > 0 && nodes.size < maxNodes;
          generation += 1
        ) {
          const found = await next(frontier);
          for (const edge of found) {
            edges.set(`${edge.childId} ${edge.parentId} ${edge.relation} ${edge.position}`, edge);
          }
          frontier = [...new Set(found.map(end))].filter((assetId) => !nodes.has(assetId));
          for (const assetId of frontier) {
            nodes.add(assetId);
          }
        }
      };
      await walk(
        (ids) => transaction.lineage.toParents(ids),
        (edge) => edge.parentId,
      );
      await walk(
        (ids) => transaction.lineage.toChildren(ids),
        (edge) => edge.childId,
      );
      const assets = await transaction.assets.getMany([...nodes]);
      return { nodes: assets.map(viewAsset), edges: [...edges.values()].map(viewLineageEdge) };
    });
  }
}
