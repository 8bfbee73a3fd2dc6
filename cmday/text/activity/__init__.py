"""Reading what analytics export about who was there when: tables of events, or of people by the hour."""
