"""Tables of allowed moves: one table is asked by the code and enforced by the database."""

from collections.abc import Collection, Iterator, Mapping

Status = str


class IllegalTransition(ValueError):
    """Something was to move from one status to another that does not follow it."""


class Transitions(dict[Status, frozenset[Status]]):
    """From each status, the statuses that may follow; what is not named as a key is final."""

    def __init__(self, moves: Mapping[Status, Collection[Status]]) -> None:
        super().__init__({Status(_text(source)): frozenset(map(_text, to)) for source, to in moves.items()})

    def allowed(self, source: Status) -> frozenset[Status]:
        """The statuses that may follow `source`; none where it is final."""
        return self.get(_text(source), frozenset())

    def check(self, source: Status, target: Status) -> None:
        """Raises `IllegalTransition` unless `target` may follow `source`."""
        if _text(target) not in self.allowed(source):
            raise IllegalTransition(f"{_text(source)} cannot become {_text(target)}.")

    def pairs(self) -> Iterator[tuple[Status, Status]]:
        """Every allowed move, in alphabetical order."""
        for source in sorted(self):
            for target in sorted(self[source]):
                yield source, target


def guard_sql(table: str, column: str, transitions: Transitions) -> tuple[str, str]:
    """SQL that makes, and SQL that removes, the trigger by which the database refuses other moves.

    A row that keeps its status is left alone. Migrations hold the SQL literally; a test holds it equal.
    """
    name = f"{table}_{column}_moves"
    moves = ", ".join(f"'{source}>{target}'" for source, target in transitions.pairs())
    refusal = f"'{table}: % cannot become %', OLD.{column}, NEW.{column}"
    forward = f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.{column} || '>' || NEW.{column}) NOT IN ({moves}) THEN
        RAISE EXCEPTION {refusal} USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE OF {column} ON {table} FOR EACH ROW
    WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION {name}();
"""
    reverse = f"DROP TRIGGER IF EXISTS {name} ON {table};\nDROP FUNCTION IF EXISTS {name}();\n"
    return forward, reverse


def _text(status: Status) -> str:
    # The characters of a StrEnum or TextChoices member, whatever its str() says.
    return str.__str__(status)
