ALTER TABLE "assets" ADD COLUMN "animated" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "image_traits" text[] DEFAULT '{}' NOT NULL;