ALTER TABLE "events" DROP CONSTRAINT "events_type_known";--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "poster_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "poster_looks" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "assets_poster_due" ON "assets" USING btree ("poster_due_at") WHERE "assets"."poster_due_at" is not null;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_type_known" CHECK ("events"."type" in ('job.created', 'job.updated', 'job.needs_attention', 'job.completed', 'job.failed', 'job.cancelled', 'asset.created', 'asset.updated', 'asset.deleted', 'account.created', 'account.updated', 'account.deleted'));