"""Money over the counter in the demo: paid, overpaid and refunded, given up."""

from sqlmodel import col, select

from models.money import dollars
from models.tables import Payment, Task
from starter.demo.stage import Stage, act, tell

AT_THE_DESK = (
    ("amelia", "140.00", "cash"),
    ("lucas", "175.00", "check"),
    ("ruth", "200.00", "ach"),
    ("ben", "80.00", "card"),
    ("sofia", "40.00", "cash"),
    ("hank", "95.00", "check"),
    ("joan", "95.00", "check"),
    ("ava", "120.00", "cash"),
    ("leo", "60.00", "cash"),
    ("isabel", "25.00", "card"),
    ("nora", "30.00", "cash"),
)


async def at_the_desk(stage: Stage) -> None:
    """What people bring with them; a copay before its claim is answered is credit until then."""
    act("Money: cards on file, and the desk")
    await _cards(stage)
    for key, amount, method in AT_THE_DESK:
        receipt = await stage.office.money.pay(stage.client(key), dollars(amount), method)
        tell(f"{stage.person(key).name} pays {amount} by {method}{_then(receipt.balance)}")
    back = await stage.office.money.refund(stage.client("ruth"), dollars("60.00"), "ach", "paid twice the difference")
    tell(f"{stage.person('ruth').name} gets the 60.00 paid too much back; owes {back.balance:.2f}")
    rest = await stage.office.money.write_off(
        stage.client("sofia"), dollars("20.00"), "hardship, agreed with the owner"
    )
    tell(f"the owner gives up 20.00 of {stage.person('sofia').name}'s balance; owes {rest.balance:.2f}")


async def _cards(stage: Stage) -> None:
    paid = select(Payment).where(col(Payment.invoice_number).is_not(None)).order_by(col(Payment.at))
    for payment in stage.all(paid):
        tell(f"card on file charged {payment.amount:.2f} for invoice {payment.invoice_number}")
    for task in stage.all(select(Task).where(Task.kind == "payment_failed")):
        tell(f"task for the {task.role}: {task.what}", "!")


def _then(balance: object) -> str:
    owed = dollars(str(balance))
    if owed > 0:
        return f"; still owes {owed:.2f}"
    return f"; has {-owed:.2f} credit" if owed else ""
