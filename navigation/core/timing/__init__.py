"""What is open when: hours and closures as a timetable of edges, and the search that asks it at the moment of arrival."""
