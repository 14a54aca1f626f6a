ALTER TABLE "assets" DROP CONSTRAINT "assets_state_known";--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "animated" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "looks" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_state_known" CHECK ("assets"."state" in ('pending', 'stored', 'unprobed', 'failed', 'deleted'));