ALTER TABLE "accounts" ADD COLUMN "breaker" jsonb DEFAULT '{"failures":[],"openings":0,"openUntil":null,"trialId":null}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "balance_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "balance_readings" ADD COLUMN "drift" numeric;--> statement-breakpoint
ALTER TABLE "balance_readings" ADD COLUMN "drift_since" timestamp (3) with time zone;