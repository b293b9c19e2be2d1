"""The stages of a claim, by what may be done with it and whose turn it is."""

from models.facts import ClaimStatus

NOT_SENT = (ClaimStatus.DRAFT, ClaimStatus.HELD)
"""It waits here, for the day's batch or for somebody to mend it."""
WITHOUT_PAYER = (*NOT_SENT, ClaimStatus.REJECTED)
"""No payer looks at it: what it bills may follow what was done."""
ON_ITS_WAY = (ClaimStatus.DRAFT, ClaimStatus.SUBMITTED, ClaimStatus.ACCEPTED)
"""It is sent, or will be, and nobody has to do anything."""
TO_BE_FILED = (*WITHOUT_PAYER, ClaimStatus.SUBMITTED, ClaimStatus.ACCEPTED)
"""The filing clock runs."""
DECIDED = (ClaimStatus.DENIED, ClaimStatus.PAID)
"""Its payer has decided: what goes again is a replacement."""
TAKEN_IN = (ClaimStatus.ACCEPTED, *DECIDED)
"""Its payer has it, and knows it by a number of its own."""
OVER = (ClaimStatus.PAID, ClaimStatus.CLOSED)
"""Nobody waits for anything."""
