"""Times at places that customers choose, change and give back, and what staff do with them.

A subject whose customers are to come somewhere makes a booking (`booking.begin`), has the customer
choose (`asking.ask`), and subscribes to `SlotBooked` and `SlotGivenBack`; which of them are its
own it tells by `Booking.owner` and `Booking.purpose`. Everything else happens here.
"""
