"""Files of ours as they are written down before they leave, each under a control number of its own."""

from hashlib import sha256

from activities.database import Tx
from models.tables import Interchange


def written(tx: Tx, kind: str, control: int, payer_id: int, content: str) -> Interchange:
    """A file of one payer, kept whole; it leaves later, and is found by its control number when it is judged."""
    interchange = Interchange(
        direction="out",
        name=tx.world.profile.name_of(kind, control, tx.now),
        digest=sha256(content.encode()).hexdigest(),
        content=content.encode(),
        kinds=[kind],
        control=control,
        payer_id=payer_id,
        created_at=tx.now,
    )
    tx.db.add(interchange)
    tx.db.flush()
    return interchange
