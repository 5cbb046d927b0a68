"""Times at places that customers choose, change and give back, and what staff do with them.

A subject whose customers are to come somewhere

- puts up a list of slots of its own (`keeping.put_up`), names places of the configuration, or both;
- makes a booking for each customer (`booking.begin`) and has them choose (`asking.ask`), or puts a
  button of its own below its message with `pack("d", "show", booking.id)`;
- subscribes to `SlotBooked` and `SlotGivenBack`, in which its bookings are known by `Booking.owner`
  and what they are for by `Booking.purpose`;
- says when it is over: `booking.finish` (they came) or `booking.end` (nobody comes any more);
- shows who comes on a day (`keeping.bookings_of_day`).

Questions, changes, giving back, reminders and closing happen here.
"""
