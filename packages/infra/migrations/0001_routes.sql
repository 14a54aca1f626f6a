DROP INDEX "jobs_dispatchable";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "route" jsonb;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "lanes" text[];--> statement-breakpoint
-- By hand: every job from before stands in the lane of the provider that it names.
UPDATE "jobs" SET "lanes" = ARRAY["provider_id"];--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "lanes" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_due" ON "jobs" USING btree ("due_at") WHERE "jobs"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "jobs_dispatchable" ON "jobs" USING gin ("lanes") WHERE "jobs"."status" = 'pending';--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_lane_while_pending" CHECK ("jobs"."status" <> 'pending' or cardinality("jobs"."lanes") > 0);