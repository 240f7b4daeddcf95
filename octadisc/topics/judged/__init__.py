"""Topics judged by people: tasks for coders, what their answers say, and shares corrected by them."""
