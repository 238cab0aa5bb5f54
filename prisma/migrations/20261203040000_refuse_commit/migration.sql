-- The statement that writes a decision carries COMMIT behind it. So it must fail by itself where the decision no longer holds:
-- then COMMIT rolls back. Its reason is the error's message: overtaken, or key_taken.
CREATE FUNCTION refuse_commit(reason text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'RB001', MESSAGE = reason;
END;
$$;
