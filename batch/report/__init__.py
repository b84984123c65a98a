"""Written reports: opened safely, cut into sentences, their figures found by patterns anybody can explain."""
