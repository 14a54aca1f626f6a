ALTER TABLE "events" DROP CONSTRAINT "events_type_known";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "balance_problem" jsonb;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "attention" jsonb;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "max_cost_usd" numeric;--> statement-breakpoint
CREATE INDEX "jobs_needing_attention" ON "jobs" USING btree ("workspace_id","created_at") WHERE "jobs"."stage" = 'needs_attention';--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_type_known" CHECK ("events"."type" in ('job.created', 'job.updated', 'job.needs_attention', 'job.completed', 'job.failed', 'job.cancelled', 'asset.created', 'asset.deleted', 'account.created', 'account.updated', 'account.deleted'));