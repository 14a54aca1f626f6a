import type { Asset, LineageEdge } from '@pixsim7/contracts';
import { toTimestamp } from '../model/index.ts';
import type { AssetRow, LineageEdgeRow } from '../model/index.ts';
import { posterStateOf } from '../rules/poster-looks.ts';

/** An asset as the API shows it. Paths are relative to the server; the provider's own link is never shown as ours. */
export function viewAsset(row: AssetRow): Asset {
  return {
    id: row.id,
    object: 'asset',
    origin: row.origin,
    media_type: row.mediaType,
    state: row.state,
    name: row.name,
    mime_type: row.mimeType,
    bytes: row.bytes,
    sha256: row.blobHash,
    width: row.width,
    height: row.height,
    duration_s: row.durationS,
    fps: row.fps,
    codec: row.codec,
    animated: row.animated,
    content_url: `/api/v1/assets/${row.id}/content`,
    poster_url: row.posterHash === null ? null : `/api/v1/assets/${row.id}/poster`,
    poster_state: posterStateOf(row),
    job_id: row.jobId,
    late_result: row.lateResult,
    created_at: toTimestamp(row.createdAt),
  };
}

export function viewLineageEdge(row: LineageEdgeRow): LineageEdge {
  return {
    parent_id: row.parentId,
    child_id: row.childId,
    relation: row.relation,
    position: row.position,
    ...(row.atS === null ? {} : { at_s: row.atS }),
  };
}
