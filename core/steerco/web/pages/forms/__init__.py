"""Forms made from declarations: what a person fills in for an action, and the input of the API that it means."""
