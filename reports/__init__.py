"""Reports over changes and planned work, on one definition of done, overdue and hours.

- In the period: the activity's span touches it (docs/contract.md#in-the-period).
- Done: PIC, SPV and manager have signed; the day is that of the manager's signature.
- Outstanding: not done. Overdue: outstanding, and the task's last day is over.
- Over deadline: done on a later day than the task's last one, or overdue.
- Hours: those of live tasks; per person they are split evenly among who is in charge.

Days and months are those of Asia/Jakarta.
"""
