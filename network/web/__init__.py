"""What every page needs: the request's actor, guards, forms, paging, error pages, template helpers."""
