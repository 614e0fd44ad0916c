"""Of a firm's OKs the database counts the last one it gave, or one carried over from that; no older one comes back."""

from django.db import migrations

THE_LAST_ONE = """
CREATE OR REPLACE FUNCTION bids_has_ok(
    the_part bigint, the_firm bigint, the_kind text, the_hash bytea, at timestamptz
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT id FROM bids_approval
            WHERE part_id = the_part AND firm_id = the_firm AND kind = the_kind AND carried_from_id IS NULL
            ORDER BY given_at DESC, id DESC LIMIT 1
        ) AS given
        JOIN bids_approval AS ok ON ok.part_id = the_part AND (ok.id = given.id OR ok.carried_from_id = given.id)
        WHERE ok.firm_id = the_firm AND ok.kind = the_kind AND ok.hash = the_hash
          AND (ok.good_until IS NULL OR ok.good_until >= (at AT TIME ZONE 'Europe/Helsinki')::date)
          AND NOT EXISTS (
              SELECT FROM bids_approvalrevocation AS back WHERE back.approval_id IN (ok.id, given.id)
          )
          AND (
              EXISTS (
                  SELECT FROM members_membership AS place
                  WHERE place.person_id = ok.person_id AND place.firm_id = the_firm
                    AND (place.role = 'owner' OR place.role = 'editor' AND place.may_approve)
              )
              OR EXISTS (
                  SELECT FROM bids_invitation AS asked
                  WHERE asked.id = ok.invitation_id AND asked.part_id = the_part AND asked.withdrawn_at IS NULL
              )
          )
    )
$$;
"""
ANY_ONE = """
CREATE OR REPLACE FUNCTION bids_has_ok(
    the_part bigint, the_firm bigint, the_kind text, the_hash bytea, at timestamptz
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM bids_approval AS ok
        WHERE ok.part_id = the_part AND ok.firm_id = the_firm AND ok.kind = the_kind AND ok.hash = the_hash
          AND (ok.good_until IS NULL OR ok.good_until >= (at AT TIME ZONE 'Europe/Helsinki')::date)
          AND NOT EXISTS (SELECT FROM bids_approvalrevocation AS back WHERE back.approval_id = ok.id)
          AND (
              EXISTS (
                  SELECT FROM members_membership AS place
                  WHERE place.person_id = ok.person_id AND place.firm_id = the_firm
                    AND (place.role = 'owner' OR place.may_approve)
              )
              OR EXISTS (
                  SELECT FROM bids_invitation AS asked
                  WHERE asked.id = ok.invitation_id AND asked.part_id = the_part AND asked.withdrawn_at IS NULL
              )
          )
    )
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("bids", "0008_what_a_firm_saw_before"), ("members", "0001_initial")]

    operations = [migrations.RunSQL(THE_LAST_ONE, ANY_ONE)]
