import { z } from 'zod';

/** Only what says where to look; everything else in a delivery is left unread. */

const Id = z.guid().toLowerCase();
const Sequence = z.int().min(1).max(999_999_999);

/** The second format writes a missing value as the text "None". */
function orNone<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return z
    .union([schema, z.literal('None')])
    .nullish()
    .transform((value) => (value === 'None' ? undefined : ((value ?? undefined) as T | undefined)));
}

export const PlaneEnvelope = z.object({ version: z.unknown().optional(), event: z.string().min(1).max(100) });

/** A work item; `by` is the account that changed it. A deletion names neither project nor number. */
export const PlaneItem = z
  .object({
    data: z.object({ project: Id.nullish(), sequence_id: Sequence.nullish() }),
    activity: z.object({ actor: z.object({ id: Id }).nullish() }).nullish(),
  })
  .transform(({ data, activity }) => ({ project: data.project, number: data.sequence_id, by: activity?.actor?.id }));

const FlatItem = z.object({
  project_id: orNone(Id),
  sequence_id: orNone(Sequence),
  created_by_id: orNone(Id),
  updated_by_id: orNone(Id),
});

/** The same in the second format, whose deletions have the item in `previous_attributes` and nothing in `data`. */
export const PlaneItemV2 = z
  .object({ event: z.string(), data: FlatItem, previous_attributes: FlatItem.nullish() })
  .transform(({ event, data, previous_attributes: before }) => ({
    project: data.project_id ?? before?.project_id,
    number: data.sequence_id ?? before?.sequence_id,
    by: data.updated_by_id ?? (/created$/i.test(event) ? data.created_by_id : undefined),
  }));
